// What lacks for the next better grade, as the rules in force say it: its score, its evidence. The yearly report says it
// in full; this is what can be read off the published rules and how one stands at any time.
import type { components } from "@kit/api/generated/credit";

type Grade = components["schemas"]["Grade"];
type Severity = components["schemas"]["Severity"];
const GRADES: readonly Grade[] = ["D", "C", "B", "A", "AA", "AAA"];

export interface Rules {
  bands: readonly { grade: Grade; score_min: number }[];
  gates: readonly { grade: Grade; callbacks_min: number; lower_bound_permille: number }[];
  /** The best grade beside a finding of each class, and while a serious one is open. */
  breach?: Partial<Record<Severity, { cap: Grade }>>;
  open_serious_cap?: Grade;
}

export interface Lacking {
  grade: Grade;
  scoreMin: number;
  /** 0 when the score is enough. */
  points: number;
  /** Absent where the grade asks for no call-backs. */
  callbacks: { min: number; lacking: number; lowerBoundPermille: number; sure: Sure } | null;
}

/** The share of content citizens of which one is sure, per mille, and what of it lacks: 0 when it is enough. */
interface Sure {
  permille: number;
  lacking: number;
}

/** What call-backs say. */
type Evidence = Pick<components["schemas"]["CreditAt"], "satisfied" | "unsatisfied" | "sure_permille">;

/** Null at the top. */
export function lacking(grade: Grade, score: number, evidence: Evidence, rules: Rules): Lacking | null {
  const { satisfied, unsatisfied, sure_permille: sure } = evidence;
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
          lacking: Math.max(0, gate.callbacks_min - satisfied - unsatisfied),
          lowerBoundPermille: gate.lower_bound_permille,
          sure: { permille: sure, lacking: Math.max(0, gate.lower_bound_permille - sure) },
        }
      : null,
  };
}

/** The worst finding and the best grade beside it, where that keeps one from the next grade. */
export function heldBy(
  next: Grade,
  findings: readonly { severity: Severity }[],
  rules: Rules,
): { severity: Severity; cap: Grade } | null {
  const caps = findings.flatMap(({ severity }) => {
    const serious = severity === "serious" ? rules.open_serious_cap : undefined;
    return [rules.breach?.[severity]?.cap, serious].flatMap((cap) => (cap ? [{ severity, cap }] : []));
  });
  const [worst] = caps.toSorted((one, other) => GRADES.indexOf(one.cap) - GRADES.indexOf(other.cap));
  return worst && GRADES.indexOf(worst.cap) < GRADES.indexOf(next) ? worst : null;
}

/** The rules as far as this page reads them; null for a document that has another form. */
export function rulesOf(document: object): Rules | null {
  const { bands, gates, breach, open_serious_cap } = document as Partial<Rules>;
  return Array.isArray(bands) && Array.isArray(gates) ? { bands, gates, breach, open_serious_cap } : null;
}
