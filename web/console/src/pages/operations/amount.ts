// A time as people say it: in the unit that suits its size, with no more digits than matter.
import { tag, useLanguage } from "@kit/words";
import { computed } from "vue";

export type Unit = "millisecond" | "second" | "minute" | "hour" | "day";

const UNITS: readonly [Unit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1_000],
];

/** In the largest unit that it fills; below ten of milliseconds or seconds with a digit more. */
export function amount(ms: number): { value: number; unit: Unit } {
  const [unit, size] = UNITS.find(([, size]) => ms >= size) ?? (["millisecond", 1] as const);
  const value = ms / size;
  const isFine = unit === "millisecond" || unit === "second";
  if (isFine && value < 10) return { value: Math.round(value * (value < 1 ? 100 : 10)) / (value < 1 ? 100 : 10), unit };
  return { value: isFine ? Math.round(value) : Math.floor(value), unit };
}

/** How long, in words. */
export function useAmount() {
  const { language } = useLanguage();
  const makers = computed(() => {
    const maker = (unit: Unit) =>
      new Intl.NumberFormat(tag(language.value), {
        style: "unit",
        unit,
        unitDisplay: "short",
        maximumFractionDigits: 2,
      });
    return {
      millisecond: maker("millisecond"),
      second: maker("second"),
      minute: maker("minute"),
      hour: maker("hour"),
      day: maker("day"),
    };
  });
  return (ms: number): string => {
    const { value, unit } = amount(ms);
    return makers.value[unit].format(value);
  };
}
