// The board of a city, live: the service says what moves, and the columns that it touches are read anew, at most once a
// second. Where the stream is away they are read every five seconds, and now and then in any case: a word may get lost.
import { data } from "@kit/api/client";
import type { components } from "@kit/api/generated/dispatch";
import { usePaged } from "@kit/paged";
import { keepPreviousData, useQuery } from "@tanstack/vue-query";
import { computed, onScopeDispose, type Ref, watch } from "vue";

import { useContext } from "../../../shell/context";
import { useLive } from "../../../shell/live";
import { type Column, COLUMNS, Gathered, touched } from "./moves";

const AT_MOST_EVERY_MS = 1_000;
const AWAY_EVERY_MS = 5_000;
const LIVE_EVERY_MS = 30_000;
const LIMIT = 50;

/** `isLate`: only what is overdue. */
export function useBoard(city: Ref<number>, isLate: Ref<boolean>) {
  const { api } = useContext();
  const everyMs = computed(() => (live.state.value === "live" ? LIVE_EVERY_MS : AWAY_EVERY_MS));
  const asked = computed(() => ({ city: city.value, late: isLate.value || undefined, limit: LIMIT }));
  const jobs = (state: "unserved" | "waiting") =>
    usePaged(
      () => ["jobs", "board", state, asked.value],
      (after) => data(api.dispatch.GET("/v1/jobs", { params: { query: { ...asked.value, state, after } } })),
      { everyMs },
    );
  const assignments = (state: "offered" | "accepted") =>
    usePaged(
      () => ["assignments", "board", state, asked.value],
      (after) => {
        const query = { ...asked.value, state, order: "next_by", after } as const;
        return data(api.dispatch.GET("/v1/assignments", { params: { query } }));
      },
      { everyMs },
    );

  const live = useLive(
    () => `/dispatch/v1/board/stream?city=${city.value}`,
    (event) => {
      if (event.name !== "moves") return;
      const moves: components["schemas"]["BoardMoves"] = JSON.parse(event.data);
      // A job that is on none of the pages read still counts.
      gathered.add(["counts", ...touched(moves, shows)]);
    },
  );
  const columns = {
    unserved: jobs("unserved"),
    waiting: jobs("waiting"),
    offered: assignments("offered"),
    running: assignments("accepted"),
  };
  const counts = useQuery({
    queryKey: computed(() => ["board", city.value]),
    queryFn: () => data(api.dispatch.GET("/v1/board", { params: { query: { city: city.value } } })),
    refetchInterval: everyMs,
    placeholderData: keepPreviousData,
  });

  const shows = (column: Column, request: string) =>
    columns[column].items.value?.some((row) => row.request === request) ?? false;
  const gathered = new Gathered<Column | "counts">(AT_MOST_EVERY_MS, (words) => {
    for (const word of words) {
      if (word === "counts") void counts.refetch();
      else columns[word].again();
    }
  });
  onScopeDispose(() => gathered.end());
  watch(live.state, (now) => {
    // What moved while nobody listened.
    if (now === "live") gathered.add(["counts", ...COLUMNS]);
  });
  return { columns, counts: counts.data, live: live.state };
}
