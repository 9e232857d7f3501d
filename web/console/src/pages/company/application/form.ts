// An application as it is typed, and as it is handed in.
import type { components } from "@kit/api/generated/credit";
import { Refused } from "@kit/api/problem";

type NewApplication = components["schemas"]["NewApplication"];

export interface Person {
  role: "legal_representative" | "controlling_person";
  name: string;
  kind: "resident" | "organisation" | "passport";
  number: string;
}

export interface Form {
  name: string;
  code: string;
  categories: string[];
  home: number | null;
  areas: number[];
  capacity: number;
}

export const emptyForm = (): Form => ({ name: "", code: "", categories: [], home: null, areas: [], capacity: 5 });

/** Null while something lacks. */
/** Whether the service took the code for none: its form or its check character does not fit. */
export function isCodeRefused(error: unknown): boolean {
  return error instanceof Refused && error.faults.some(({ pointer }) => pointer === "#/code");
}

export function applicationOf(city: number, form: Form, persons: readonly Person[]): NewApplication | null {
  const { home, areas, capacity, categories } = form;
  const [name, code] = [form.name.trim(), form.code.trim().toUpperCase()];
  const isWhole = name && code.length === 18 && home !== null && areas.length > 0 && capacity > 0 && categories.length;
  const holders = persons.map((person) => ({
    role: person.role,
    name: person.name.trim(),
    document: `${person.kind}:${person.number.trim().toUpperCase()}`,
  }));
  if (!isWhole || !holders.length || persons.some((one) => !one.name.trim() || !one.number.trim())) return null;
  return { city, name, code, categories, home, areas, capacity, holders };
}
