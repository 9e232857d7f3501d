// How times, numbers and money are shown: in the city's zone, by the language that is chosen.
import { computed, inject, type InjectionKey } from "vue";

import { tag, useLanguage } from "./words";
import { isMidnight, justBefore, momentAt, wallAt } from "./zone";

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
      span: {
        day: new Intl.NumberFormat(locale, { style: "unit", unit: "day", unitDisplay: "long" }),
        hour: new Intl.NumberFormat(locale, { style: "unit", unit: "hour", unitDisplay: "long" }),
        minute: new Intl.NumberFormat(locale, { style: "unit", unit: "minute", unitDisplay: "long" }),
      },
    };
  });
  const at = (maker: Intl.DateTimeFormat, moment: string | undefined | null) =>
    moment ? maker.format(new Date(moment)) : "–";
  function span(ms: number): string {
    const parts = lengthOf(ms).map(({ value, unit }) => makers.value.span[unit].format(value));
    return parts.join(language.value === "zh" ? "" : " ") || WITHIN_A_MINUTE[language.value];
  }
  const lastDay = (end: string | undefined | null) =>
    end && isMidnight(end, zone) ? at(makers.value.day, justBefore(end)) : at(makers.value.minute, end);
  return {
    /** 2026年11月26日 */
    day: (moment: string | undefined | null) => at(makers.value.day, moment),
    /** The same of a day that the services give as such, as `2026-11-26`. */
    calendarDay: (day: string | undefined | null) =>
      at(makers.value.day, day ? momentAt(`${day}T00:00:00`, zone) : null),
    /** Until when something holds: what ends at midnight, through the day before; what ends in a day, until its minute. */
    lastDay,
    /** The same beside how far it is from now: what ends in the course of today, by its clock alone. */
    lastDayFrom: (end: string, now: number) => {
      const isToday = wallAt(end, zone).slice(0, 10) === wallAt(new Date(now).toISOString(), zone).slice(0, 10);
      return isToday && !isMidnight(end, zone) ? at(makers.value.clock, end) : lastDay(end);
    },
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
    /** How far from now: 3小时5分钟后, 2 days 1 hour ago; never a distance of nothing. */
    relative: (moment: string, now: number) => {
      const ms = Date.parse(moment) - now;
      const long = span(Math.abs(ms));
      if (language.value === "zh") return `${long}${ms < 0 ? "前" : "后"}`;
      return ms < 0 ? `${long} ago` : `in ${long}`;
    },
    /** How long: 3小时5分钟, 2 days 1 hour. */
    span: (ms: number) => span(Math.abs(ms)),
  };
}

const WITHIN_A_MINUTE = { zh: "不到 1 分钟", en: "less than a minute" } as const;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Length {
  value: number;
  unit: "day" | "hour" | "minute";
}

/** From here on the next smaller unit is no tenth of it, and left out. */
const MANY = 10;

/** A span in the largest unit that it fills and, as 1 hour is not nearly 2, what is over in the next one; all rounded
 *  down, and nothing below a minute. */
function lengthOf(ms: number): Length[] {
  const [days, hours, minutes] = [Math.trunc(ms / DAY), Math.trunc(ms / HOUR) % 24, Math.trunc(ms / MINUTE) % 60];
  const length: Length[] = [
    { value: days, unit: "day" },
    { value: hours, unit: "hour" },
    { value: minutes, unit: "minute" },
  ];
  const from = length.findIndex(({ value }) => value > 0);
  const largest = length[from];
  if (!largest) return [];
  return length.slice(from, from + (largest.value < MANY ? 2 : 1)).filter(({ value }) => value > 0);
}
