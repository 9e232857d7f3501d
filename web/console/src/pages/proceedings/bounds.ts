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
  /** Whether what is imposed stands on the public board. */
  published: boolean;
  /** Between how many working days from its call a hearing is held. */
  hearing: { from: number; within: number } | null;
  /** The lightest measure with a right to a hearing; where the finding would be serious, each has it. */
  hearingFrom: Measure | null;
}

/** Within which nothing is refused by the form; the service knows better once it is asked. */
const WIDEST: Bounds = {
  months: { min: 1, max: 36 },
  ban: null,
  measures: MEASURES,
  published: true,
  hearing: null,
  hearingFrom: null,
};

/** The bounds of a class in a document of the rules. */
export function boundsOf(rules: unknown, of: Proceeding["class"]): Bounds {
  const process = member(rules, "process");
  const rule = member(member(process, "classes"), of);
  const [min, max, heaviest] = ["months_min", "months_max", "heaviest"].map((name) => member(rule, name));
  if (typeof min !== "number" || typeof max !== "number") return WIDEST;
  const last = MEASURES.findIndex((measure) => measure === heaviest);
  const ban = member(process, "ban_months");
  const [from, within] = ["hearing_notice_working_days", "hearing_within_working_days"].map((name) =>
    member(process, name),
  );
  return {
    months: { min, max },
    ban: typeof ban === "number" ? ban : null,
    measures: last < 0 ? MEASURES : MEASURES.slice(0, last + 1),
    published: member(rule, "published") !== false,
    hearing: typeof from === "number" && typeof within === "number" ? { from, within } : null,
    hearingFrom: MEASURES.find((measure) => measure === member(process, "hearing_from")) ?? null,
  };
}

/** Within how many months a measure may be imposed. */
export function monthsOf({ months, ban }: Bounds, measure: Measure): Months {
  return measure === "removal" && ban !== null ? { min: ban, max: ban } : months;
}

/** What may be announced or imposed: a red line leads to removal alone, and nothing is heavier than what was announced. */
export function measuresOf({ measures }: Bounds, { ground, notice }: Pick<Proceeding, "ground" | "notice">) {
  if (ground.kind === "red_line") return ["removal"] as const;
  const announced = notice ? MEASURES.indexOf(notice.announced) : MEASURES.length;
  return measures.filter((measure) => MEASURES.indexOf(measure) <= announced);
}

export function useBounds(proceeding: () => Pick<Proceeding, "class">): ComputedRef<Bounds> {
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
