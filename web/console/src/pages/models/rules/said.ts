// The rules in words: what a part is called, where it stands, what a value says, what is wrong with it.
import { useFormat } from "@kit/format";
import type { Language } from "@kit/words";
import { useI18n } from "vue-i18n";

import { useCatalogue } from "../../../shell/catalogue";
import { keyOf } from "./changes";
import { into, isDocument, type Json, steps, valueAt } from "./json";
import { nameOf } from "./names";
import { kindOf, namesIn, partOf, patternOf, type Schema } from "./schema";
import { SEPARATOR, useTerms } from "./terms";

/** What a row is called: its title, the word that tells it apart, or its kind. */
export function rowName(whole: Schema, step: string, row: Json | undefined, language: Language): string {
  if (isDocument(row)) {
    const [zh, en] = [row["title"], row["title_en"]];
    if (language === "en" && typeof en === "string" && en) return en;
    if (typeof zh === "string" && zh) return zh;
  }
  return keyOf(whole, row) ?? step;
}

export function useSaid() {
  const terms = useTerms();
  const { language, words, unit } = terms;
  const format = useFormat();
  const catalogue = useCatalogue();
  const { t, te } = useI18n({ useScope: "global" });

  const choice = (word: string): string =>
    [`measure.${word}`, `redLine.${word}`].filter((key) => te(key)).map((key) => t(key))[0] ?? word;

  /** The part at this pointer, without what it is a part of. */
  function name(schema: Schema, pointer: string): string {
    const pattern = patternOf(schema, pointer);
    return nameOf(pattern)?.[language.value] ?? pattern;
  }

  function about(schema: Schema, pointer: string): string | undefined {
    return nameOf(patternOf(schema, pointer))?.about?.[language.value];
  }

  /** Where the part stands, from the outside in. */
  function path(schema: Schema, document: Json | undefined, pointer: string): string {
    const said: string[] = [];
    let [whole, at]: [Schema | undefined, string] = [schema, ""];
    for (const step of steps(pointer)) {
      if (!whole) break;
      at = into(at, step);
      const row = whole.properties ? undefined : valueAt(document, at);
      if (whole.properties) said.push(name(schema, at));
      else if (whole["x-keys"] === "category") said.push(catalogue.word(step));
      else said.push(rowName(whole, step, row, language.value));
      whole = partOf(whole, step);
    }
    return said.join(SEPARATOR);
  }

  /** A value with its unit. Of a whole row, all its values by their names. */
  function value(schema: Schema, said: Json | undefined, pattern: string): string {
    if (said === undefined || said === null || said === "") {
      return nameOf(pattern)?.none?.[language.value] ?? words.value.none;
    }
    if (typeof said === "boolean") return said ? words.value.yes : words.value.no;
    if (typeof said === "number") return `${format.number(said)} ${unit(schema, said)}`.trim();
    if (typeof said === "string") return kindOf(schema) === "choice" ? choice(said) : said;
    if (Array.isArray(said)) return format.list(said.map((one) => value(schema.items ?? {}, one, `${pattern}/*`)));
    const parts = namesIn(schema, said).map((part) => {
      const [within, of] = [schema.properties?.[part] ?? {}, `${pattern}/${part}`];
      return `${nameOf(of)?.[language.value] ?? part} ${value(within, said[part], of)}`;
    });
    return format.list(parts);
  }

  return { ...terms, choice, name, about, path, value, category: catalogue.word };
}
