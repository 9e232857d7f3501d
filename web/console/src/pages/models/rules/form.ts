// What every field of the form needs, given by the form to whatever stands in it.
import { inject, type InjectionKey } from "vue";

import type { Change } from "./changes";
import type { Document, Json } from "./json";
import type { Schema } from "./schema";

export interface Form {
  readonly schema: Schema;
  readonly document: Document;
  /** What it is compared with. */
  readonly base: Document | undefined;
  readonly editable: boolean;
  /** What is wrong exactly here, in words. */
  faults: (pointer: string) => readonly string[];
  changes: (pointer: string) => readonly Change[];
  /** Puts the value there, or takes away what is there. */
  set: (pointer: string, value: Json | undefined) => void;
}

export const FORM: InjectionKey<Form> = Symbol("rules");

export function useForm(): Form {
  const form = inject(FORM);
  if (!form) throw new Error("outside of a form of rules");
  return form;
}

/** What there is about each place. */
export function byPointer<T extends { pointer: string }>(all: readonly T[]): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const one of all) found.set(one.pointer, [...(found.get(one.pointer) ?? []), one]);
  return found;
}

/** The id of the control at this pointer. */
export function idOf(pointer: string): string {
  return `rule${pointer.replaceAll("/", ".")}`;
}

/** Brings the part at this pointer, or the nearest that is asked for, into sight and puts the cursor there. */
export function focusOn(pointer: string): void {
  for (let at = pointer; at; at = at.slice(0, at.lastIndexOf("/"))) {
    const found = document.getElementById(idOf(at));
    if (!found) continue;
    found.scrollIntoView({ block: "center" });
    found.focus({ preventScroll: true });
    return;
  }
}
