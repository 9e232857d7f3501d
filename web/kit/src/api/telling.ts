// A refusal in the words of whoever looks at a page: what it is, what to do, and each field that is wrong by its name.
import type { Language } from "../words";
import { fields } from "../words/fields";
import { OURS, remedyOf, UNITS } from "../words/remedies";
import { PROBLEMS } from "./generated/problems";
import type { Fault, Refused } from "./problem";

interface Words {
  title: string;
  remedy: string;
}
type Both = Record<Language, Words>;
const { faults, ...kinds } = PROBLEMS;
const catalogue: Record<string, Record<string, Both>> = kinds;
const faultWords: Record<string, Record<Language, string>> = faults;

/** What is wrong with a field, and what the field is called. */
export interface ToldFault {
  field: string;
  says: string;
}

export interface Told {
  title: string;
  remedy: string;
  faults: ToldFault[];
}

/** How a page says what a refusal has in a member: a moment, a measure; nothing where it has none. */
export type Say = (member: string) => string | null;

export function problemWords(service: string, code: string): Both | undefined {
  return catalogue[service]?.[code] ?? catalogue.common?.[code];
}

/** All codes of refusals, with who has them. */
export function knownCodes(): { service: string; code: string }[] {
  return Object.entries(catalogue).flatMap(([service, codes]) => Object.keys(codes).map((code) => ({ service, code })));
}

/** Nothing for a code that nobody knows, such as a proxy's. `labels` are what the page calls its fields, by pointer. */
export function told(
  refused: Refused,
  language: Language,
  say: Say,
  labels: Record<string, string> = {},
): Told | undefined {
  const { service, code } = refused;
  const words = problemWords(service, code)?.[language];
  const own = remedyOf(code)?.[language];
  const remedy = filled(own?.remedy, say);
  const title = (remedy && own?.title) ?? words?.title;
  if (!title) return undefined;
  return {
    title: title[0]?.toUpperCase() + title.slice(1),
    remedy: remedy ?? words?.remedy ?? "",
    faults: OURS.includes(code) ? [] : refused.faults.map((fault) => toldFault(fault, language, labels)),
  };
}

function filled(sentence: string | undefined, say: Say): string | undefined {
  const members = sentence?.matchAll(/\{(\w+)\}/g) ?? [];
  for (const [place, member = ""] of members) {
    const value = say(member);
    if (value === null) return undefined;
    sentence = sentence?.replace(place, value);
  }
  return sentence;
}

function toldFault({ pointer, code }: Fault, language: Language, labels: Record<string, string>): ToldFault {
  const words: Record<string, string> = fields[language];
  const parts = pointer.replace(/^#?\//, "").split("/");
  const known = parts.findLast((part) => words[part] !== undefined);
  const named = labels[pointer] ?? labels[pointer.replace(/\/\d+(?=\/|$)/g, "")];
  const field = named ?? (known === undefined ? pointer : (words[known] ?? pointer));
  const item = parts.find((part) => /^\d+$/.test(part));
  return {
    field: item === undefined ? field : numbered(field, Number(item) + 1, language),
    says: faultWords[code]?.[language] ?? (language === "zh" ? "需要改正" : "has to be mended"),
  };
}

function numbered(field: string, number: number, language: Language): string {
  return language === "zh" ? `${field}（第 ${number} 项）` : `${field} (${number})`;
}

/** What a refusal counts in, such as months. */
export function unitWords(unit: string, language: Language): string {
  return UNITS[unit]?.[language] ?? unit;
}
