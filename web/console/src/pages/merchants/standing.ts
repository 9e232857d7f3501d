// Grades as the rules draw them.
import type { components } from "@kit/api/generated/credit";

export type Grade = components["schemas"]["Grade"];
export const GRADES: readonly Grade[] = ["AAA", "AA", "A", "B", "C", "D"];

/** The score from which each grade begins, the best first; empty where the rules say nothing of it. */
export function bandsOf(rules: unknown): { grade: Grade; from: number }[] {
  if (typeof rules !== "object" || rules === null || !("bands" in rules) || !Array.isArray(rules.bands)) return [];
  return rules.bands.flatMap((band: unknown) => {
    if (typeof band !== "object" || band === null || !("grade" in band) || !("score_min" in band)) return [];
    const grade = GRADES.find((one) => one === band.grade);
    return grade && typeof band.score_min === "number" ? [{ grade, from: band.score_min }] : [];
  });
}
