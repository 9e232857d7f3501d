// How what a refusal has in its members is said: moments in the city's zone, numbers, and the words of the domain.
import { useI18n } from "vue-i18n";

import { useTelling } from "../api/problems";
import type { Say } from "../api/telling";
import { useFormat } from "../format";
import { useLanguage } from "../words";

/** Which words a member's value is one of. */
const WORDS: Record<string, string> = {
  announced: "measure",
  dimension: "dimension",
  heaviest: "measure",
  reason: "exclusion",
  remedy: "remedy",
};
const MOMENT = /^\d{4}-\d\d-\d\dT/;

export function useSay(): (members: Readonly<Record<string, unknown>>) => Say {
  const { t, te } = useI18n({ useScope: "global" });
  const { language } = useLanguage();
  const format = useFormat();
  return (members) => (member) => {
    const value = members[member];
    if (typeof value === "number") return format.number(value);
    if (typeof value !== "string") return null;
    if (MOMENT.test(value)) return format.minute(value);
    const word = `${WORDS[member]}.${value}`;
    if (te(word)) return t(word);
    return useTelling()?.unitWords(value, language.value) ?? value;
  };
}
