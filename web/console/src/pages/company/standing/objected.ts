// Which objection of one's own is about what: one to each entry and to each yearly result.
import { data } from "@kit/api/client";
import type { components } from "@kit/api/generated/credit";
import { useQuery } from "@tanstack/vue-query";
import { computed, toValue, type MaybeRefOrGetter } from "vue";

import { useOwn } from "../own";

type Objection = Pick<components["schemas"]["Objection"], "id" | "entry" | "evaluation">;

export interface Subject {
  entry?: string;
  evaluation?: string;
}

/** The id of the objection to it, if there is one among these. */
export function objectionTo({ entry, evaluation }: Subject, objections: readonly Objection[]): string | null {
  const found = objections.find((one) =>
    entry ? one.entry === entry : evaluation !== undefined && one.evaluation === evaluation,
  );
  return found?.id ?? null;
}

/** Asked for as long as it `matters`. */
export function useObjected(matters: MaybeRefOrGetter<boolean> = true): (subject: Subject) => string | null {
  const { api, city, id } = useOwn();
  const own = useQuery({
    queryKey: ["objections", city, "own-subjects", id],
    queryFn: () => data(api.credit.GET("/v1/objections", { params: { query: { city, merchant: id, limit: 200 } } })),
    enabled: computed(() => id !== "" && toValue(matters)),
  });
  return (subject) => objectionTo(subject, own.data.value?.items ?? []);
}
