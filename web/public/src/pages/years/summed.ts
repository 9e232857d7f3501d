import type { components } from "@kit/api/generated/credit";

type Move = components["schemas"]["EvaluationMove"];
const GRADES = ["AAA", "AA", "A", "B", "C", "D"] as const;

/** From who went where: how many rose, stayed and fell, and how many stand at each grade. */
export function summed(moves: readonly Move[]) {
  const count = (fits: (move: Move) => boolean) => moves.filter(fits).reduce((sum, move) => sum + move.merchants, 0);
  const rank = (grade: Move["from"]) => GRADES.indexOf(grade);
  const all = count(() => true);
  return {
    raised: count((move) => rank(move.to) < rank(move.from)),
    kept: count((move) => move.to === move.from),
    lowered: count((move) => rank(move.to) > rank(move.from)),
    grades: GRADES.map((grade) => {
      const merchants = count((move) => move.to === grade);
      return { grade, merchants, percent: all ? (100 * merchants) / all : 0 };
    }),
  };
}
