// Why a dispatch is not the rule's, as a person says it.
import type { components } from "@kit/api/generated/dispatch";
import { computed } from "vue";

import { useDraft } from "../../../shell/draft";

export type ReasonCode = components["schemas"]["OverrideCode"];

/** Why another than the first. */
export const OVERRIDE: readonly ReasonCode[] = [
  "citizen_chose",
  "knows_the_case",
  "not_reached",
  "special_skill",
  "other",
];
/** Why one again that did not take it. */
export const AGAIN: readonly ReasonCode[] = ["agreed", "citizen_chose", "knows_the_case", "special_skill", "other"];

export interface Said {
  code: ReasonCode | "";
  note: string;
}

/** The reason of a choice, kept until it is given or the choice is called off. `known` is the one that is on record, where
 *  there is one: nobody has to say it again. */
export function useReason(subject: () => string, known: () => ReasonCode | "" = () => "") {
  const typed = useDraft(subject, (): Said => ({ code: known(), note: "" }));
  return { typed, said: typed.draft, reason: computed(() => reasonOf(typed.draft.code, typed.draft.note)) };
}

/** What is sent; nothing until something was chosen, and for anything else written. */
export function reasonOf(code: ReasonCode | "", note: string): string | undefined {
  if (code === "other") return note.trim() || undefined;
  return code || undefined;
}
