// What waits for whoever is logged in, as the pages say that they may see. How much of each is asked for on its own: one
// service that is away hides none of the others.
import type { Total } from "@kit/total";
import { useQueries } from "@tanstack/vue-query";
import { computed } from "vue";

import { useContext } from "./context";
import { pages, type Wait } from "./page";
import { waitsOf } from "./waiting";

const EVERY_MS = 30_000;

export interface Waiting {
  wait: Wait;
  /** As it was last said; nothing before the first answer. */
  total: Total | undefined;
  error: unknown;
}

export function useWaits() {
  const context = useContext();
  const mine = computed(() => waitsOf(pages, (permissions) => context.session.may(...permissions)));
  const asked = useQueries({
    queries: computed(() =>
      mine.value.map((wait) => ({
        queryKey: ["waits", context.city, wait.to, wait.words.en],
        queryFn: () => wait.count(context),
        refetchInterval: EVERY_MS,
        // Whoever comes home has just done something: what they took away is not shown as waiting.
        staleTime: 0,
      })),
    ),
  });
  return {
    waiting: computed<Waiting[]>(() =>
      mine.value.flatMap((wait, place) => {
        const query = asked.value[place];
        return query ? [{ wait, total: query.data, error: query.error }] : [];
      }),
    ),
    again: () => void Promise.all(asked.value.map((query) => query.refetch())),
  };
}
