// The offers of a request as dispatch keeps them: they know what the timeline does not tell everybody.
import { data } from "@kit/api/client";
import type { components } from "@kit/api/generated/dispatch";
import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";

import { useContext } from "../../../shell/context";
import type { TimelineEntry } from "./timeline";

export type Offer = components["schemas"]["Assignment"];

/** More offers than that no request has seen. */
const OFFERS = 50;

/** Their query is `["assignments", "of", request]`; the latest first, none for whom they are not. */
export function useOffers(request: string) {
  const { api, city, session } = useContext();
  const query = useQuery({
    queryKey: ["assignments", "of", request],
    queryFn: () => data(api.dispatch.GET("/v1/assignments", { params: { query: { city, request, limit: OFFERS } } })),
    enabled: session.may("read-jobs"),
  });
  return computed(() => query.data.value?.items ?? []);
}

/** The offer that an entry tells the beginning or the end of. */
export function offerOf({ kind, merchant, at }: TimelineEntry, offers: readonly Offer[]): Offer | undefined {
  return offers.find(
    (offer) => offer.merchant === merchant && (kind === "offered" ? offer.offered_at : offer.ended_at) === at,
  );
}
