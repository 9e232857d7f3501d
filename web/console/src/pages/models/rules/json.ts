// A document as data: what stands at a pointer (RFC 6901), and the document with something else there. Nothing is
// changed in place, so that what was read before stays what it was.
export type Json = null | boolean | number | string | Json[] | Document;
export interface Document {
  [name: string]: Json;
}

export function isDocument(value: unknown): value is Document {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The steps of a pointer; also of one that is the fragment of an address: `#/bands/0`. */
export function steps(pointer: string): string[] {
  return pointer
    .replace(/^#/u, "")
    .split("/")
    .slice(1)
    .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** The pointer to a part of what `pointer` leads to. */
export function into(pointer: string, step: string | number): string {
  return `${pointer}/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Whether `pointer` leads to `whole` or into it. */
export function within(pointer: string, whole: string): boolean {
  return pointer === whole || pointer.startsWith(`${whole}/`);
}

export function valueAt(document: Json | undefined, pointer: string): Json | undefined {
  return steps(pointer).reduce<Json | undefined>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)];
    return isDocument(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }, document);
}

/** The document with `value` where the pointer leads; without anything there, if it is undefined. */
export function put(document: Document, pointer: string, value: Json | undefined): Document {
  const changed = putAt(document, steps(pointer), value);
  return isDocument(changed) ? changed : document;
}

function putAt(whole: Json | undefined, [step, ...rest]: string[], value: Json | undefined): Json | undefined {
  if (step === undefined) return value;
  if (Array.isArray(whole)) {
    const place = Number(step);
    const part = putAt(whole[place], rest, value);
    if (part === undefined) return whole.filter((_, index) => index !== place);
    return whole.map((value, index) => (index === place ? part : value));
  }
  const { [step]: before, ...others } = isDocument(whole) ? whole : {};
  const part = putAt(before, rest, value);
  if (part === undefined) return others;
  // What was there keeps its place: nobody wants to see a text rearranged.
  return isDocument(whole) && step in whole ? { ...whole, [step]: part } : { ...others, [step]: part };
}

/** Whether they say the same; in which order properties are named says nothing. */
export function same(one: Json | undefined, other: Json | undefined): boolean {
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((value, place) => same(value, other[place]));
  if (isDocument(one) && isDocument(other)) {
    const names = new Set([...Object.keys(one), ...Object.keys(other)]);
    return [...names].every((name) => same(one[name], other[name]));
  }
  return one === other;
}
