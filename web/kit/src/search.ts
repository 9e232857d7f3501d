// Finding an entry of a short list by what somebody types: Chinese, English, code, pinyin or its initials.
import pinyin from "pinyin-match";

export interface Searchable {
  code: string | number;
  /** What it is called, and what it is in, such as 南门街道 and 海曙区. */
  names: readonly string[];
}

/** Those that fit every word of the query, the best first; all of them where nothing is asked. */
export function search<Entry extends Searchable>(entries: readonly Entry[], query: string): Entry[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return entries
    .map((entry) => ({ entry, rank: Math.max(0, ...words.map((word) => rank(entry, word))) }))
    .filter((found) => found.rank < NOT)
    .sort((one, other) => one.rank - other.rank)
    .map((found) => found.entry);
}

const NOT = 9;

/** How well a word fits: 0 as written from the beginning, then within, then by sound, from the name to what it is in. */
function rank(entry: Searchable, word: string): number {
  const texts = [...entry.names, String(entry.code)].map((text) => text.toLowerCase());
  if (texts.some((text) => text.startsWith(word))) return 0;
  if (texts.some((text) => text.split(/[\s-]+/).some((part) => part.startsWith(word)))) return 1;
  if (texts.some((text) => text.includes(word))) return 2;
  const [name = "", ...others] = entry.names;
  const sound = pinyin.match(name, word);
  if (sound) return sound[0] === 0 ? 3 : 4;
  return others.some((text) => pinyin.match(text, word)) ? 5 : NOT;
}
