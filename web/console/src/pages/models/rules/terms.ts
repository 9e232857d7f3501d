// The words of the form that need a number or a language: units, ranges, what is wrong with a value.
import { useFormat } from "@kit/format";
import { useLanguage } from "@kit/words";
import { plural } from "@kit/words/plural";
import { computed } from "vue";

import type { Slip } from "./faults";
import type { Schema } from "./schema";
import { formWords } from "./words";

export const SEPARATOR = " · ";

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{(\w+)\}/gu, (_, name: string) => values[name] ?? "");
}

export function useTerms() {
  const { language } = useLanguage();
  const format = useFormat();
  const words = computed(() => formWords[language.value]);
  const table = (name: "unit" | "slip" | "section", word: string): string => {
    const found: Readonly<Record<string, string>> = words.value[name];
    return found[word] ?? word;
  };
  const bounds = (min?: number, max?: number) => ({
    min: min === undefined ? "" : format.number(min),
    max: max === undefined ? "" : format.number(max),
  });
  /** The unit of so many; of many where none is counted. */
  const unit = (schema: Schema, count?: number): string => plural(table("unit", schema["x-unit"] ?? "number"), count);

  /** What can stand there, and whose it is: nothing to be said of a word that is this platform's own. */
  function range(schema: Schema): string {
    const { minimum: min, maximum: max, "x-source": from } = schema;
    const isNumber = min !== undefined || max !== undefined;
    const source = isNumber || from ? words.value.source[from ?? "own"] : "";
    if (!isNumber) return source;
    const sort = min === undefined ? "most" : max === undefined ? "least" : "range";
    const said = fill(words.value.range[sort], bounds(min, max));
    return [`${said} ${unit(schema, max ?? min)}`.trim(), source].join(SEPARATOR);
  }

  const wrong = ({ code, min, max }: Slip): string => fill(table("slip", code), bounds(min, max));
  const section = (of: string): string => table("section", of);
  return { language, words, unit, range, wrong, section };
}
