// The merchant whose account is logged in.
import { data } from "@kit/api/client";
import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";

import { useContext } from "../../shell/context";

export function useOwn() {
  const { api, city, session } = useContext();
  /** Empty for an account that belongs to no merchant: such a one is refused by the services. */
  const id = session.merchant.value ?? "";
  const merchant = useQuery({
    queryKey: ["merchants", city, id],
    queryFn: () => data(api.credit.GET("/v1/merchants/{id}", { params: { path: { id }, query: { city } } })),
    enabled: id !== "",
  });
  return { api, city, session, id, merchant };
}

/** What is to be kept complete: the categories that one serves, and those that one has applied for. */
export function useOwnCategories() {
  const { api, city, id, merchant } = useOwn();
  const applications = useQuery({
    queryKey: ["applications", city, "own-open", id],
    queryFn: () => data(api.credit.GET("/v1/applications", { params: { query: { city, merchant: id, limit: 50 } } })),
    enabled: id !== "",
  });
  const applied = computed(() => [
    ...new Set(
      (applications.data.value?.items ?? [])
        .filter(({ state }) => state === "applied" || state === "checks" || state === "publicity")
        .flatMap(({ categories }) => categories),
    ),
  ]);
  const served = computed(() => merchant.data.value?.categories.map(({ category }) => category) ?? []);
  return { applied, all: computed(() => [...new Set([...served.value, ...applied.value])]) };
}
