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

/** What one has applied for, and is not decided; asked for as long as it `matters`. */
export function useOwnApplications(matters: () => boolean = () => true) {
  const { api, city, id } = useOwn();
  const applications = useQuery({
    queryKey: ["applications", city, "own-open", id],
    queryFn: () => data(api.credit.GET("/v1/applications", { params: { query: { city, merchant: id, limit: 50 } } })),
    enabled: computed(() => id !== "" && matters()),
  });
  const running = computed(() =>
    (applications.data.value?.items ?? []).filter(
      ({ state }) => state === "applied" || state === "checks" || state === "publicity",
    ),
  );
  return { applications, running };
}

/** What is to be kept complete: the categories that one serves, and those that one has applied for. */
export function useOwnCategories() {
  const { merchant } = useOwn();
  const { running } = useOwnApplications();
  const applied = computed(() => [...new Set(running.value.flatMap(({ categories }) => categories))]);
  const served = computed(() => merchant.data.value?.categories.map(({ category }) => category) ?? []);
  return { applied, all: computed(() => [...new Set([...served.value, ...applied.value])]) };
}
