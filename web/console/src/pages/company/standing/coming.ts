// The grade of a yearly evaluation that is published and not in effect yet: until then the grade of before is shown.
import { data } from "@kit/api/client";
import type { components } from "@kit/api/generated/credit";
import { useQuery } from "@tanstack/vue-query";
import { computed, type ComputedRef } from "vue";

import { useContext } from "../../../shell/context";

type Grade = components["schemas"]["Grade"];
type Report = Pick<components["schemas"]["YearReport"], "state" | "effective_at" | "grade_effective">;

export interface Coming {
  grade: Grade;
  at: string;
}

/** Null where nothing is to come, or what comes is the grade that one has. */
export function comingOf({ state, effective_at, grade_effective }: Report, now: Grade): Coming | null {
  if (state !== "published" || !effective_at || !grade_effective || grade_effective === now) return null;
  return { grade: grade_effective, at: effective_at };
}

export function useComing(merchant: () => components["schemas"]["Merchant"]): ComputedRef<Coming | null> {
  const { api, city } = useContext();
  const years = useQuery({
    queryKey: ["years", city],
    queryFn: () => data(api.credit.GET("/v1/evaluation-summaries", { params: { query: { city, limit: 200 } } })),
  });
  const year = computed(() => years.data.value?.items.find(({ state }) => state === "published")?.year ?? 0);
  const id = computed(() => merchant().id);
  const report = useQuery({
    queryKey: computed(() => ["report", city, id.value, year.value]),
    queryFn: () => {
      const params = { path: { id: id.value, year: year.value }, query: { city } };
      return data(api.credit.GET("/v1/merchants/{id}/reports/{year}", { params }));
    },
    enabled: computed(() => year.value > 0),
  });
  return computed(() => (report.data.value ? comingOf(report.data.value, merchant().grade) : null));
}
