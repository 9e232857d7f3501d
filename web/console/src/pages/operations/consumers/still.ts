// Whether a consumer moves: what the service says is how it stands now, so it is held against what it said before.
import type { components } from "@kit/api/generated/intake";

export type Balance = components["schemas"]["ConsumerBalance"];

/** The last reading of one consumer that differed from the one before it, and when that was. */
export interface Mark {
  settled: number;
  since: number;
}

/** Something waits and nothing was seen to for as long as this. */
export const STILL_MS = 30_000;

/** What to remember after a reading at `now`, by consumer and stream. */
export function marked(before: ReadonlyMap<string, Mark>, items: readonly Balance[], now: number): Map<string, Mark> {
  return new Map(
    items.map((item) => {
      const settled = item.done + item.dead_lettered;
      const last = before.get(nameOf(item));
      const moves = !last || last.settled !== settled || item.waiting === 0;
      return [nameOf(item), moves ? { settled, since: now } : last];
    }),
  );
}

export function nameOf(item: Balance): string {
  return `${item.stream} ${item.consumer}`;
}

export type Standing = "lost" | "still" | "behind" | "well";

/** The word for how it stands, the worst first. */
export function standing(item: Balance, mark: Mark | undefined, now: number): Standing {
  if (item.missing > 0) return "lost";
  if (item.waiting === 0) return "well";
  return mark && now - mark.since >= STILL_MS ? "still" : "behind";
}
