// How times, numbers and money are shown: in the city's zone, by the language that is chosen.
import { computed, inject, type InjectionKey } from "vue";

import { tag, useLanguage } from "./words";

/** The zone of the city whose pages these are, such as `Asia/Shanghai`. */
export const ZONE: InjectionKey<string> = Symbol("zone");

export function useFormat() {
  const zone = inject(ZONE, "Asia/Shanghai");
  const { language } = useLanguage();
  const makers = computed(() => {
    const locale = tag(language.value);
    const time = (options: Intl.DateTimeFormatOptions) =>
      new Intl.DateTimeFormat(locale, { timeZone: zone, hourCycle: "h23", ...options });
    return {
      day: time({ dateStyle: "medium" }),
      minute: time({ dateStyle: "short", timeStyle: "short" }),
      clock: time({ hour: "2-digit", minute: "2-digit" }),
      number: new Intl.NumberFormat(locale),
      cents: new Intl.NumberFormat(locale, { minimumFractionDigits: 2 }),
      signed: new Intl.NumberFormat(locale, { signDisplay: "exceptZero" }),
      hours: new Intl.NumberFormat(locale, { style: "unit", unit: "hour", maximumFractionDigits: 1 }),
      relative: new Intl.RelativeTimeFormat(locale, { numeric: "auto" }),
      span: {
        day: new Intl.NumberFormat(locale, { style: "unit", unit: "day", unitDisplay: "long" }),
        hour: new Intl.NumberFormat(locale, { style: "unit", unit: "hour", unitDisplay: "long" }),
        minute: new Intl.NumberFormat(locale, { style: "unit", unit: "minute", unitDisplay: "long" }),
      },
    };
  });
  const at = (maker: Intl.DateTimeFormat, moment: string | undefined | null) =>
    moment ? maker.format(new Date(moment)) : "–";
  return {
    /** 2026年11月26日 */
    day: (moment: string | undefined | null) => at(makers.value.day, moment),
    /** 2026/11/26 15:40 */
    minute: (moment: string | undefined | null) => at(makers.value.minute, moment),
    /** 15:40 */
    clock: (moment: string | undefined | null) => at(makers.value.clock, moment),
    /** 保洁、搬家 or Cleaning, Moving. */
    list: (words: readonly string[]) => words.join(language.value === "zh" ? "、" : ", "),
    number: (value: number) => makers.value.number.format(value),
    /** +12 or -3 */
    signed: (value: number) => makers.value.signed.format(value),
    /** 3小时, given in minutes. */
    hours: (minutes: number) => makers.value.hours.format(minutes / 60),
    /** Money, given in fen: 300, and 12.50 where it is not whole. */
    yuan: (fen: number) => makers.value[fen % 100 ? "cents" : "number"].format(fen / 100),
    /** How far from now: 3 小时后, 2 days ago; never a distance of nothing. */
    relative: (moment: string, now: number) => {
      const ms = Date.parse(moment) - now;
      const { value, unit } = distance(ms);
      if (value === 0) return WITHIN_A_MINUTE[language.value][ms < 0 ? "past" : "coming"];
      return makers.value.relative.format(value, unit);
    },
    /** How long: 3 小时, 2 days. */
    span: (ms: number) => {
      const { value, unit } = distance(Math.abs(ms));
      return value === 0 ? WITHIN_A_MINUTE[language.value].long : makers.value.span[unit].format(value);
    },
  };
}

const WITHIN_A_MINUTE = {
  zh: { past: "不到 1 分钟前", coming: "不到 1 分钟后", long: "不到 1 分钟" },
  en: { past: "less than a minute ago", coming: "in less than a minute", long: "less than a minute" },
} as const;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span in the largest unit that it fills, towards zero. */
export function distance(ms: number): { value: number; unit: "day" | "hour" | "minute" } {
  const size = Math.abs(ms);
  if (size >= DAY) return { value: Math.trunc(ms / DAY), unit: "day" };
  if (size >= HOUR) return { value: Math.trunc(ms / HOUR), unit: "hour" };
  return { value: Math.trunc(ms / MINUTE), unit: "minute" };
}
