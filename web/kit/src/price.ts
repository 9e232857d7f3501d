// A posted price as people read it.
import type { components } from "./api/generated/credit";
import { useFormat } from "./format";
import { useLanguage } from "./words";

type Price = components["schemas"]["Price"];

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
    /** What the price is for, as the merchant says it; in English where it is one of the usual. */
    unit: (said: string) => (language.value === "en" ? (UNITS[said] ?? said) : said),
  };
}
