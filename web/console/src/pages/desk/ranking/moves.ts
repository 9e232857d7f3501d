// What moved between two orders of the same services and street, and through whom.
import type { components } from "@kit/api/generated/dispatch";

type Explanation = components["schemas"]["Explanation"];
type Grade = components["schemas"]["Grade"];
type Reason = components["schemas"]["ExplainedReason"];

/** One merchant's move. Places count from 1; null is not in the order. */
export interface Move {
  merchant: string;
  name: string;
  place: { from: number | null; to: number | null };
  /** Its grade, where that is what changed. */
  grade: { from: Grade; to: Grade } | null;
  /** Why it cannot be chosen any more. */
  excluded: Reason | null;
  /** The version of its standing, to ask what made it; null where the order does not say. */
  version: number | null;
  /** Its grade before, where it is listed no more: whether it was its own grade that moved it is to be asked. */
  gradeBefore: Grade | null;
}

/** Those whose own standing or availability changed, not those who only made room for them. */
export function movesBetween(before: Explanation, after: Explanation): Move[] {
  const were = placesOf(before);
  const are = placesOf(after);
  const moves: Move[] = [];
  for (const [merchant, { candidate, place }] of are) {
    const was = were.get(merchant);
    const grade =
      was && was.candidate.grade !== candidate.grade ? { from: was.candidate.grade, to: candidate.grade } : null;
    const isNew = !was && isWhole(before);
    if (grade || isNew)
      moves.push({
        merchant,
        name: candidate.name,
        place: { from: was?.place ?? null, to: place },
        grade,
        excluded: null,
        version: candidate.credit_version,
        gradeBefore: null,
      });
  }
  for (const exclusion of after.exclusions) {
    const was = were.get(exclusion.merchant);
    if (was)
      moves.push({
        merchant: exclusion.merchant,
        name: exclusion.name,
        place: { from: was.place, to: null },
        grade: null,
        excluded: exclusion.reason,
        version: exclusion.credit_version,
        gradeBefore: null,
      });
  }
  const excluded = new Set(after.exclusions.map((exclusion) => exclusion.merchant));
  for (const [merchant, { candidate, place }] of were)
    if (!are.has(merchant) && !excluded.has(merchant))
      moves.push({
        merchant,
        name: candidate.name,
        place: { from: place, to: null },
        grade: null,
        excluded: null,
        version: null,
        gradeBefore: candidate.grade,
      });
  return moves;
}

function placesOf(order: Explanation) {
  return new Map(order.candidates.map((candidate, index) => [candidate.merchant, { candidate, place: index + 1 }]));
}

/** Whether all that can be chosen are listed: otherwise who is not listed may have been there before. */
function isWhole(order: Explanation): boolean {
  return order.candidates.length >= order.tally.eligible;
}

/** The kind of what made a version, such as `breach_verified` of `breach_verified:0198…`. */
export function causeWord(cause: string): string {
  return cause.split(":", 1)[0] ?? cause;
}
