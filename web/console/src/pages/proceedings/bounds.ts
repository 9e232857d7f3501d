// What the class of a finding allows, by the rules in force: the service would refuse anything else.
import { data } from "@kit/api/client";
import { useQuery } from "@tanstack/vue-query";
import { computed, type ComputedRef } from "vue";

import { useContext } from "../../shell/context";
import { type Measure, MEASURES } from "./acts";
import type { Proceeding } from "./one";

interface Months {
  min: number;
  max: number;
}
export interface Bounds {
  months: Months;
  /** How long a removal lasts: as long as its ban, which nobody chooses. */
  ban: number | null;
  measures: readonly Measure[];
}

/** Within which nothing is refused by the form; the service knows better once it is asked. */
const WIDEST: Bounds = { months: { min: 1, max: 36 }, ban: null, measures: MEASURES };

/** The bounds of a class in a document of the rules. */
export function boundsOf(rules: unknown, of: Proceeding["class"]): Bounds {
  const process = member(rules, "process");
  const rule = member(member(process, "classes"), of);
  const [min, max, heaviest] = ["months_min", "months_max", "heaviest"].map((name) => member(rule, name));
  if (typeof min !== "number" || typeof max !== "number") return WIDEST;
  const last = MEASURES.findIndex((measure) => measure === heaviest);
  const ban = member(process, "ban_months");
  return {
    months: { min, max },
    ban: typeof ban === "number" ? ban : null,
    measures: last < 0 ? MEASURES : MEASURES.slice(0, last + 1),
  };
}

/** Within how many months a measure may be imposed. */
export function monthsOf({ months, ban }: Bounds, measure: Measure): Months {
  return measure === "removal" && ban !== null ? { min: ban, max: ban } : months;
}

export function useBounds(proceeding: () => Proceeding): ComputedRef<Bounds> {
  const { api } = useContext();
  const rules = useQuery({
    queryKey: ["rules-in-force"],
    queryFn: () => data(api.credit.GET("/v1/model")),
    staleTime: 60_000,
  });
  return computed(() => boundsOf(rules.data.value, proceeding().class));
}

function member(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Reflect.get(of, name) : undefined;
}
