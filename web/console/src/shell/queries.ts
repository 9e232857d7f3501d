// How the console keeps answers: as the kit does, and what is on the screen is asked for anew, since a day ends and a
// deadline passes on a page that nobody touches.
import { queries } from "@kit/queries";
import type { Query } from "@tanstack/vue-query";

/** How often what is on the screen is asked for, in milliseconds, unless its page says otherwise. Only while it is seen. */
export const EVERY_MS = 60_000;

/** What is to be kept for longer says so by its `staleTime`, and is left alone: names, catalogues, what is typed on from,
 *  and whatever is put on record each time that it is read. */
function askedEvery({ observers }: Pick<Query, "observers">): number | false {
  const isKept = observers.some(({ options: { staleTime } }) => typeof staleTime !== "number" || staleTime >= EVERY_MS);
  return isKept ? false : EVERY_MS;
}

const { queries: kept } = queries.getDefaultOptions();
queries.setDefaultOptions({ ...queries.getDefaultOptions(), queries: { ...kept, refetchInterval: askedEvery } });

export { queries };
