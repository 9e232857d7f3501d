// What a call-back's note says was perhaps broken (失信条款): the clause at the head of what the citizen said, since the
// record has no place of its own for it. Whoever rules on the case finds it picked.
import type { Language } from "@kit/words";

const HEAD = /^〔([^：〕]+)：[^〕]*〕\n?/;

/** The note with this clause at its head instead of another one; with none where nothing is cited. */
export function withCited(note: string, clause: { cite: string; text: string } | undefined): string {
  const said = note.replace(HEAD, "");
  // What would end the head early is no part of it.
  return clause ? `〔${clause.cite}：${clause.text.replaceAll("〕", "")}〕\n${said}` : said;
}

/** What the note cites, such as `price-as-posted`. */
export function citedIn(note: string | null | undefined): string | undefined {
  return HEAD.exec(note ?? "")?.[1];
}

/** What it demands, in the reader's language where it is said in it: standards are quoted as they are. */
export function demand(clause: { text: string; text_en?: string | null }, language: Language): string {
  return (language === "en" && clause.text_en) || clause.text;
}
