// How a merchant stood over time, and grades as the rules draw them.
import type { components } from "@kit/api/generated/credit";
import { momentAt } from "@kit/zone";

import { causeOf } from "./ledger";

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

/** What the last move says: that there was one, or that nothing has moved since the ledger or the year began. */
export function lastMove(cause: string): "opened" | "evaluated" | "moved" {
  const { kind } = causeOf(cause);
  if (kind === "opening") return "opened";
  return kind === "evaluation" ? "evaluated" : "moved";
}

type Point = components["schemas"]["StandingPoint"];

/** Each change with what is to be seen at once: where it is more than a call-back, and from which grade to another. */
export function pointsOf(points: readonly Point[]): { point: Point; isMarked: boolean; from: Grade | null }[] {
  return points.map((point, place) => {
    const before = points[place - 1]?.grade;
    const from = before && before !== point.grade ? before : null;
    return { point, isMarked: from !== null || causeOf(point.cause).kind !== "followup", from };
  });
}

/** From when until when a year lasts in the city; all time for what is none. */
export function spanOf(year: string, zone: string): { from?: string; to?: string } {
  if (!/^\d{4}$/.test(year)) return {};
  const first = (of: number) => momentAt(`${of}-01-01T00:00:00`, zone);
  return { from: first(Number(year)), to: first(Number(year) + 1) };
}
