// Whether something was lost, as the services strike their balances. One that does not say it now is taken at its last word.
import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";

import { useContext } from "../../../shell/context";
import { messages, SERVICES } from "../services";
import type { Balances } from "./troubles";

/** For a balance the newest messages of each stream are read: not asked as often as figures that lie ready. */
const EVERY_MS = 30_000;

export function useBalances() {
  const { api } = useContext();
  const asked = SERVICES.map((service) => ({
    service,
    query: useQuery({
      queryKey: ["consumers", service],
      queryFn: () => messages(api, service).consumers(),
      refetchInterval: EVERY_MS,
      retry: false,
    }),
  }));
  return computed<Balances[]>(() =>
    asked.flatMap(({ service, query }) => (query.data.value ? [{ service, items: query.data.value.items }] : [])),
  );
}
