// Why somebody read personal data: the services note what the work at hand implies in words of their own, and what the
// reader gave as the reason as it was typed.
const IMPLIED = {
  proceeding: "proceeding",
  objection: "objection",
  "ruling on the case": "ruling",
  "found by its phone number": "phone",
} as const;

export type Reading = (typeof IMPLIED)[keyof typeof IMPLIED];

/** What was implied; null where the reader said it. */
export function readingOf(reason: string): Reading | null {
  return Object.entries(IMPLIED).find(([noted]) => noted === reason)?.[1] ?? null;
}
