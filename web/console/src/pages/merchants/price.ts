// The prices that a merchant posted, as people read them, and the one that held at some moment.
import { data } from "@kit/api/client";
import type { components } from "@kit/api/generated/credit";
import { useFormat } from "@kit/format";
import { usePrice } from "@kit/price";
import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";

import { useContext } from "../../shell/context";

type Schemas = components["schemas"];
type Price = Schemas["Price"];
export type PriceEntry = Schemas["PriceEntry"];

/** In force and planned. */
export function usePosted(merchant: () => string) {
  const { api, city } = useContext();
  const query = useQuery({
    queryKey: computed(() => ["prices", city, merchant()]),
    queryFn: () => {
      const params = { path: { id: merchant() }, query: { city } };
      return data(api.credit.GET("/v1/merchants/{id}/prices", { params }));
    },
  });
  /** Who has applied posts prices too, and has no board before it is with us; nobody has one without prices. */
  const hasBoard = computed(() => (query.data.value?.entries.length ?? 0) > 0);
  return { query, hasBoard };
}

export function usePriceText() {
  const format = useFormat();
  const { amount, unit } = usePrice();
  const per = (one: string | null | undefined) => (one ? ` / ${unit(one)}` : "");
  return {
    /** 260–320 / 次 */
    amount: (price: Price) => amount(price) + per(price.unit),
    /** What is charged besides, and what it depends on; empty where there is nothing. */
    extras: (price: Price | null | undefined) =>
      (price?.surcharges ?? [])
        .map((one) => `${one.name} ${format.yuan(one.amount)}${per(one.unit)}`)
        .concat(price?.note ?? [])
        .join("；"),
  };
}

/** What was posted of an item that held then: the last that began before; of two that began together, the later one. */
export function heldAt(posted: readonly PriceEntry[], at: string): PriceEntry | undefined {
  const began = (entry: PriceEntry) => [Date.parse(entry.valid_from), Date.parse(entry.recorded_at)] as const;
  return posted
    .filter((entry) => Date.parse(entry.valid_from) <= Date.parse(at))
    .toSorted((one, other) => began(one)[0] - began(other)[0] || began(one)[1] - began(other)[1])
    .at(-1);
}
