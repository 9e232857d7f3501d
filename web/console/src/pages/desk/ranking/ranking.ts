// The order of one service and street, live: the stream says that there is another one, dispatch explains it.
import { data } from "@kit/api/client";
import type { components } from "@kit/api/generated/dispatch";
import { useQuery } from "@tanstack/vue-query";
import { computed, shallowRef, watch } from "vue";

import { useContext } from "../../../shell/context";
import { useLive } from "../../../shell/live";
import { causeWord, type Move, movesBetween } from "./moves";

export type Explanation = components["schemas"]["Explanation"];
export type ExplainedCandidate = components["schemas"]["ExplainedCandidate"];

export interface Asked {
  item: string;
  area: number;
  /** When the service is wanted; now when absent. */
  wantedAt?: string;
  /** The request it is for: ties are broken by it. */
  request?: string;
}

/** A move with its moment and what made it. */
export interface SeenMove extends Move {
  at: string;
  cause: string | null;
}

/** As many as dispatch tells. */
const CANDIDATES = 20;
/** What every order moves is not told by the stream: the order among equals is read anew now and then. */
const EVERY_MS = 20_000;
const MOVES_MAX = 30;

export function useRanking(asked: () => Asked | null) {
  const { api, city } = useContext();
  const key = computed(() => ["ranking", city, asked()]);
  const query = useQuery({
    queryKey: key,
    queryFn: async () => {
      const of = asked();
      if (!of) throw new Error("nothing is asked");
      const { item, area, wantedAt: wanted_at, request } = of;
      const params = { query: { city, item, area, wanted_at, request, limit: CANDIDATES } };
      return {
        of: JSON.stringify(of),
        order: await data(api.dispatch.GET("/v1/recommendations/explanation", { params })),
      };
    },
    enabled: computed(() => asked() !== null),
    refetchInterval: EVERY_MS,
  });
  const live = useLive(
    () => {
      const of = asked();
      return of && `/intake/v1/recommendations/stream?city=${city}&item=${encodeURIComponent(of.item)}&area=${of.area}`;
    },
    () => void query.refetch(),
  );

  const moves = shallowRef<SeenMove[]>([]);
  watch(query.data, async (now, before) => {
    if (!now || !before || now.of !== before.of) {
      if (now) moves.value = [];
      return;
    }
    const found = await Promise.all(movesBetween(before.order, now.order).map(explained));
    const seen = found.flatMap((move) => (move ? [{ ...move, at: now.order.ranked_at }] : []));
    if (seen.length) moves.value = [...seen, ...moves.value].slice(0, MOVES_MAX);
  });

  /** The move with what made it, as far as the merchant has not moved on meanwhile; null where it was not its own. */
  async function explained(move: Move): Promise<Omit<SeenMove, "at"> | null> {
    const params = { path: { id: move.merchant }, query: { city } };
    const merchant = await data(api.credit.GET("/v1/merchants/{id}", { params })).catch(() => null);
    const cause = merchant && (move.version === null || merchant.version === move.version) ? merchant.cause : null;
    const told = { ...move, cause: cause === null ? null : causeWord(cause) };
    if (move.gradeBefore === null) return told;
    if (!merchant || merchant.grade === move.gradeBefore) return null;
    return { ...told, grade: { from: move.gradeBefore, to: merchant.grade } };
  }

  return {
    order: computed(() => query.data.value?.order),
    error: query.error,
    again: () => void query.refetch(),
    live: live.state,
    moves,
  };
}
