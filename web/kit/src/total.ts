// How long a list is. The services count to a bound, and say so.
import { data } from "./api/client";

export interface Total {
  count: number;
  /** Whether these are all; where not, there are more. */
  exact: boolean;
}

/** Asks a list for how long it is, and for as little else as it gives. */
export const HOW_MANY = { total: true, limit: 1 } as const;

/** How long the list is that was asked with `HOW_MANY`. */
export async function counted(
  answer: Promise<{ data?: { total?: Total | null }; response: Response }>,
): Promise<Total> {
  const { total } = await data(answer);
  if (!total) throw new Error("a list did not say how long it is");
  return total;
}

/** Asks a list for as many rows as it gives at once: where only some of them wait for whoever asks, each says so itself. */
export const ROWS = { limit: 200 } as const;

/** How many of the rows that were asked for with `ROWS` fit; where there are further rows, more of them may. */
export async function fitting<Row>(
  answer: Promise<{ data?: { items: Row[]; next?: string | null }; response: Response }>,
  fits: (row: Row) => boolean,
): Promise<Total> {
  const { items, next } = await data(answer);
  return { count: items.filter(fits).length, exact: !next };
}

/** What was counted to its end. */
export function exactly(count: number): Total {
  return { count, exact: true };
}

/** Several together. */
export function together(totals: readonly Total[]): Total {
  return { count: totals.reduce((sum, { count }) => sum + count, 0), exact: totals.every(({ exact }) => exact) };
}
