// What lacks for the next better grade, as the rules in force say it: its score, its evidence. The yearly report says it
// in full; this is what can be read off the published rules at any time.
import type { components } from "@kit/api/generated/credit";

type Grade = components["schemas"]["Grade"];
const GRADES: readonly Grade[] = ["D", "C", "B", "A", "AA", "AAA"];

export interface Rules {
  bands: readonly { grade: Grade; score_min: number }[];
  gates: readonly { grade: Grade; callbacks_min: number; lower_bound_permille: number }[];
}

export interface Lacking {
  grade: Grade;
  scoreMin: number;
  /** 0 when the score is enough. */
  points: number;
  /** Absent where the grade asks for no call-backs. */
  callbacks: { min: number; lacking: number; lowerBoundPermille: number } | null;
}

/** Null at the top. */
export function lacking(grade: Grade, score: number, asked: number, rules: Rules): Lacking | null {
  const next = GRADES[GRADES.indexOf(grade) + 1];
  const band = rules.bands.find((one) => one.grade === next);
  if (!next || !band) return null;
  const gate = rules.gates.find((one) => one.grade === next);
  return {
    grade: next,
    scoreMin: band.score_min,
    points: Math.max(0, band.score_min - score),
    callbacks: gate
      ? {
          min: gate.callbacks_min,
          lacking: Math.max(0, gate.callbacks_min - asked),
          lowerBoundPermille: gate.lower_bound_permille,
        }
      : null,
  };
}

/** The rules as far as this page reads them; null for a document that has another form. */
export function rulesOf(document: object): Rules | null {
  const { bands, gates } = document as Partial<Rules>;
  return Array.isArray(bands) && Array.isArray(gates) ? { bands, gates } : null;
}
