// What the form is made from: the schema, and the version that a draft is compared with.
import { data } from "@kit/api/client";
import { useQuery } from "@tanstack/vue-query";
import { computed, type ComputedRef } from "vue";

import { useContext } from "../../../shell/context";
import type { Model } from "../document";
import { isDocument } from "./json";
import { isSchema } from "./schema";

export function useSchema() {
  const { api } = useContext();
  return useQuery({
    queryKey: ["rules", "schema"],
    queryFn: async () => {
      const said: unknown = await data(api.credit.GET("/v1/models/schema"));
      if (!isSchema(said)) throw new TypeError("the schema of the rules has no properties");
      return said;
    },
    staleTime: Infinity,
  });
}

/** A draft is compared with the rules in force, an approved version with the one before it; the first one with none. */
export function useBase(model: ComputedRef<Model>) {
  const { api } = useContext();
  const before = computed(() => (model.value.number ? model.value.number - 1 : undefined));
  return useQuery({
    queryKey: computed(() => ["models", "base", before.value ?? "in-force"]),
    queryFn: async () => {
      const number = before.value;
      const said: unknown = await (number === undefined
        ? data(api.credit.GET("/v1/model"))
        : data(api.credit.GET("/v1/model/versions/{number}", { params: { path: { number } } })));
      if (!isDocument(said)) throw new TypeError("the version to compare with is no document");
      return said;
    },
    enabled: computed(() => before.value !== 0),
  });
}
