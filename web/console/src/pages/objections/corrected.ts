// What a correction may say: the points that the entry should have given, in all dimensions, and together more than it
// gave, for nobody ends worse by objecting.
import { DIMENSIONS, type Points, total } from "../merchants/ledger";

/** As a form has them: a field that was emptied says nothing. */
export type Named = Record<keyof Points, number | null | undefined>;

/** Null while something is missing, or nobody would be better off. */
export function corrected(given: Points, named: Named): Points | null {
  const points = { ...given };
  for (const dimension of DIMENSIONS) {
    const right = named[dimension];
    if (typeof right !== "number") return null;
    points[dimension] = right;
  }
  return total(points) > total(given) ? points : null;
}
