// In what one document differs from another, part by part: what an officer is shown beside each field, and a reviewer
// before approving. Rows are compared by what tells them apart, and not by their place.
import { into, isDocument, type Json, same, valueAt } from "./json";
import { isLeaf, kindOf, partOf, type Schema } from "./schema";

export type Change =
  | { kind: "changed"; pointer: string; schema: Schema; before: Json | undefined; after: Json | undefined }
  /** A whole row. Of one that is gone the pointer leads into the document before. */
  | { kind: "added" | "removed"; pointer: string; schema: Schema; row: Json }
  /** The same rows in another order. */
  | { kind: "moved"; pointer: string; schema: Schema };

export function changes(schema: Schema, before: Json | undefined, after: Json | undefined, pointer = ""): Change[] {
  if (schema.readOnly || same(before, after)) return [];
  if (isLeaf(schema)) {
    return isNothing(before) && isNothing(after) ? [] : [{ kind: "changed", pointer, schema, before, after }];
  }
  if (kindOf(schema) !== "group") return ofRows(schema, before, after, pointer);
  return Object.entries(schema.properties ?? {}).flatMap(([name, part]) =>
    changes(part, valueAt(before, `/${name}`), valueAt(after, `/${name}`), into(pointer, name)),
  );
}

/** A text that is empty says as little as one that is not there. */
const isNothing = (value: Json | undefined): boolean => value === undefined || value === "";

interface Row {
  step: string;
  value: Json;
}

function ofRows(schema: Schema, before: Json | undefined, after: Json | undefined, pointer: string): Change[] {
  const [then, now] = [rows(schema, before), rows(schema, after)];
  const found: Change[] = [];
  for (const [key, { step, value }] of now) {
    const part = partOf(schema, step);
    if (!part) continue;
    const known = then.get(key);
    const at = into(pointer, step);
    if (known) found.push(...changes(part, known.value, value, at));
    else found.push({ kind: "added", pointer: at, schema: part, row: value });
  }
  for (const [key, { step, value }] of then) {
    const part = partOf(schema, step);
    if (part && !now.has(key)) found.push({ kind: "removed", pointer: into(pointer, step), schema: part, row: value });
  }
  const [kept, stands] = [
    [...then.keys()].filter((key) => now.has(key)),
    [...now.keys()].filter((key) => then.has(key)),
  ];
  if (Array.isArray(after) && kept.join("\n") !== stands.join("\n")) found.push({ kind: "moved", pointer, schema });
  return found;
}

/** By what tells them apart. */
function rows(schema: Schema, whole: Json | undefined): Map<string, Row> {
  if (isDocument(whole)) return new Map(Object.entries(whole).map(([step, value]) => [step, { step, value }]));
  if (!Array.isArray(whole)) return new Map();
  return new Map(whole.map((value, place) => [keyOf(schema, value) ?? `#${place}`, { step: String(place), value }]));
}

/** What tells a row of a list apart. */
export function keyOf(schema: Schema, row: Json | undefined): string | undefined {
  const name = schema["x-key"];
  const key = name !== undefined && isDocument(row) ? row[name] : undefined;
  return typeof key === "string" ? key : undefined;
}
