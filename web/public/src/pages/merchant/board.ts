import { AFRESH, data } from "@kit/api/client";
import { useFormat } from "@kit/format";
import { useLanguage } from "@kit/words";
import type { components } from "@kit/api/generated/credit";
import { nowThere } from "@kit/now";
import { useQuery } from "@tanstack/vue-query";

import { useContext } from "../../shell/context";

type Price = components["schemas"]["Price"];

/** How often an open page asks anew: a grade can fall while it is read. */
export const EVERY_MS = 30_000;

/** What everybody may know of a merchant: grade, promises, prices; and as of when. */
export function useBoard(id: string) {
  const { api, settings } = useContext();
  return useQuery({
    queryKey: ["board", id],
    queryFn: async () => {
      const params = { path: { id }, query: { city: settings.city } };
      const board = await data(api.credit.GET("/v1/merchants/{id}/price-board", { ...AFRESH, params }));
      return { ...board, asOf: new Date(nowThere()).toISOString() };
    },
    refetchInterval: EVERY_MS,
    refetchOnWindowFocus: "always",
  });
}

/** Where the sheet made for a printer is. */
export function sheetPath(id: string, city: number): string {
  return `/credit/v1/merchants/${id}/price-board.pdf?city=${city}`;
}

const UNITS: Record<string, string> = {
  次: "visit",
  小时: "hour",
  天: "day",
  月: "month",
  件: "item",
  台: "appliance",
  人: "person",
  套: "set",
  米: "metre",
  平方米: "m²",
  公里: "km",
  课时: "lesson",
  车次: "trip",
  场: "event",
};

export function usePrice() {
  const format = useFormat();
  const { language } = useLanguage();
  return {
    /** 260–320 */
    amount: ({ from, to }: Price) =>
      to && to !== from ? `${format.yuan(from)}–${format.yuan(to)}` : format.yuan(from),
    yuan: format.yuan,
    /** What the price is for, as the merchant says it; in English where it is one of the usual. */
    unit: (said: string) => (language.value === "en" ? (UNITS[said] ?? said) : said),
  };
}
