// What a clause demands, in the reader's language where it is said in it: standards are quoted as they are.
import type { Language } from "@kit/words";

export function demand(clause: { text: string; text_en?: string | null }, language: Language): string {
  return (language === "en" && clause.text_en) || clause.text;
}

/** The same with where it stands, for a clause of a standard: what the commitment demands is known by its words. */
export function quoted(clause: { cite: string; text: string; text_en?: string | null }, language: Language): string {
  const [standard, number] = clause.cite.split("#");
  return number ? `${demand(clause, language)} · ${standard} ${number}` : demand(clause, language);
}
