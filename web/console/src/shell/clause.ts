// What a clause demands, in the reader's language where it is said in it: standards are quoted as they are.
import type { Language } from "@kit/words";

export function demand(clause: { text: string; text_en?: string | null }, language: Language): string {
  return (language === "en" && clause.text_en) || clause.text;
}
