// With what something was done to a file, as people read it: the service keeps a record of names and values for each act.

/** How a value is said. */
export type Kind =
  "word" | "words" | "lastDay" | "minute" | "yes" | "hash" | "staff" | "checks" | "ends" | "long" | "text";

export interface Fact {
  name: string;
  kind: Kind;
  value: unknown;
}

const KINDS: Record<string, Kind> = {
  code: "word",
  category: "word",
  categories: "words",
  valid_until: "lastDay",
  signed_at: "minute",
  recorded_at: "minute",
  active: "yes",
  text_hash: "hash",
  scan_hash: "hash",
  proposed_by: "staff",
  checks: "checks",
  complete_by: "ends",
  text: "long",
};

/** What is there, one after the other: what lies within something stands after it, and what is not there is left out. */
export function factsOf(detail: object): Fact[] {
  return Object.entries(detail).flatMap(([name, value]: [string, unknown]) => {
    const kind = KINDS[name];
    if (value === null || value === undefined) return [];
    if (!kind && typeof value === "object" && !Array.isArray(value)) return factsOf(value);
    return [{ name, kind: kind ?? "text", value }];
  });
}

/** Of the checks of an application, how many there are and how many are passed. */
export function passed(checks: { outcome: string }[]): { n: number; of: number } {
  return { n: checks.filter(({ outcome }) => outcome === "passed").length, of: checks.length };
}
