// Rows of a list or a map: taken out, put in, put back. A list that is told apart by a word keeps to the order of these
// words, the last one first, as the rules ask for it.
import { keyOf } from "./changes";
import { isDocument, type Json } from "./json";
import { blank, choices, partOf, type Schema, valuesOf } from "./schema";

export interface Row {
  /** Its step in a pointer: its key, or its place. */
  step: string;
  /** What tells it apart. */
  key: string;
  value: Json;
}

export function rowsOf(schema: Schema, whole: Json | undefined): Row[] {
  if (Array.isArray(whole))
    return whole.map((value, place) => ({
      step: String(place),
      key: keyOf(schema, value) ?? String(place + 1),
      value,
    }));
  return isDocument(whole) ? Object.entries(whole).map(([key, value]) => ({ step: key, key, value })) : [];
}

/** Whether there are as many rows as there can be and must be. */
export const isFixed = ({ minItems, maxItems }: Schema): boolean => minItems !== undefined && minItems === maxItems;

/** Which words a row of the list can still be told apart by. */
export function freeKeys(schema: Schema, whole: Json | undefined): string[] {
  const taken = new Set(rowsOf(schema, whole).map(({ key }) => key));
  return keyWords(schema)
    .filter((word) => !taken.has(word))
    .reverse();
}

function keyWords({ items, "x-key": key }: Schema): readonly string[] {
  const part = items && key !== undefined ? partOf(items, key) : undefined;
  return part ? choices(part) : [];
}

/** Whether a kind can be called like this. */
export function isKey({ propertyNames }: Schema, whole: Json | undefined, key: string): boolean {
  const fits = propertyNames ? new RegExp(propertyNames.pattern, "u").test(key) : key !== "";
  return fits && !(isDocument(whole) && Object.hasOwn(whole, key));
}

/** With an empty row. */
export function added(schema: Schema, whole: Json | undefined, key: string): Json {
  if (!schema.items) {
    const values = valuesOf(schema);
    return withRow(schema, whole, key, values ? likeOthers(blank(values), whole) : null);
  }
  const row = blank(schema.items);
  return withRow(schema, whole, key, isDocument(row) ? { ...row, [schema["x-key"] ?? ""]: key } : row);
}

/** What it says in the order in which the other rows say it. */
function likeOthers(row: Json, whole: Json | undefined): Json {
  const [other] = isDocument(whole) ? Object.values(whole) : [];
  if (!isDocument(row) || !isDocument(other)) return row;
  const names = new Set([...Object.keys(other), ...Object.keys(row)].filter((name) => Object.hasOwn(row, name)));
  return Object.fromEntries([...names].map((name) => [name, row[name] ?? null]));
}

/** With a row that is there, as it was in another version. */
export function withRow(schema: Schema, whole: Json | undefined, key: string, row: Json): Json {
  if (!schema.items) return { ...(isDocument(whole) ? whole : {}), [key]: row };
  const words = keyWords(schema);
  const rank = (one: Json) => words.indexOf(keyOf(schema, one) ?? "");
  return [...(Array.isArray(whole) ? whole : []), row].sort((one, other) => rank(other) - rank(one));
}

export function without(whole: Json | undefined, step: string): Json {
  if (Array.isArray(whole)) return whole.filter((_, place) => String(place) !== step);
  const parts = Object.entries(isDocument(whole) ? whole : {});
  return Object.fromEntries(parts.filter(([key]) => key !== step));
}
