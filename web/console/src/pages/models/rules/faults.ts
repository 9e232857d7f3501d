// What is wrong with a document by its schema alone: said at once, while somebody types. What parts must be to each
// other, the service checks.
import { type Document, into, isDocument, type Json } from "./json";
import { choices, kindOf, mayBeNone, partOf, type Schema, valuesOf } from "./schema";

export type Code =
  "missing" | "whole" | "least" | "most" | "range" | "choice" | "longest" | "unknown" | "shape" | "few" | "many";

export interface Slip {
  pointer: string;
  code: Code;
  min?: number;
  max?: number;
}

/** Everything, each at its place. */
export function slips(schema: Schema, value: Json | undefined, pointer = ""): Slip[] {
  if (value === undefined || value === null || value === "") return ofNothing(schema, value, pointer);
  switch (kindOf(schema)) {
    case "number":
      return ofNumber(schema, value, pointer);
    case "text":
      return typeof value === "string" ? ofText(schema, value, pointer) : [{ pointer, code: "shape" }];
    case "flag":
      return typeof value === "boolean" ? [] : [{ pointer, code: "shape" }];
    case "choice":
      return typeof value === "string" && choices(schema).includes(value) ? [] : [{ pointer, code: "choice" }];
    case "rows":
    case "set":
      return Array.isArray(value) ? ofList(schema, value, pointer) : [{ pointer, code: "shape" }];
    case "map":
    case "group":
      return isDocument(value) ? ofParts(schema, value, pointer) : [{ pointer, code: "shape" }];
  }
}

function ofNothing(schema: Schema, value: undefined | null | "", pointer: string): Slip[] {
  const isFine =
    (value === null && mayBeNone(schema)) || (value === "" && kindOf(schema) === "text" && !schema.minLength);
  return isFine ? [] : [{ pointer, code: "missing" }];
}

function ofNumber({ minimum: min, maximum: max }: Schema, value: Json, pointer: string): Slip[] {
  if (typeof value !== "number" || !Number.isSafeInteger(value)) return [{ pointer, code: "whole" }];
  if ((min === undefined || value >= min) && (max === undefined || value <= max)) return [];
  return [{ pointer, min, max, code: min === undefined ? "most" : max === undefined ? "least" : "range" }];
}

function ofText({ maxLength: max }: Schema, value: string, pointer: string): Slip[] {
  return max !== undefined && [...value].length > max ? [{ pointer, code: "longest", max }] : [];
}

function ofList(schema: Schema, rows: Json[], pointer: string): Slip[] {
  const { items, minItems: min = 0, maxItems: max = Infinity } = schema;
  const count: Slip[] = [];
  if (rows.length < min) count.push({ pointer, code: "few", min });
  if (rows.length > max) count.push({ pointer, code: "many", max });
  return [...count, ...rows.flatMap((row, place) => (items ? slips(items, row, into(pointer, place)) : []))];
}

function ofParts(schema: Schema, whole: Document, pointer: string): Slip[] {
  const max = valuesOf(schema) ? (schema.maxProperties ?? Infinity) : Infinity;
  const many: Slip[] = Object.keys(whole).length > max ? [{ pointer, code: "many", max }] : [];
  const absent = (schema.required ?? []).filter((name) => !Object.hasOwn(whole, name));
  const parts = Object.entries(whole).flatMap(([name, value]): Slip[] => {
    const part = partOf(schema, name);
    return part ? slips(part, value, into(pointer, name)) : [{ pointer: into(pointer, name), code: "unknown" }];
  });
  return [...many, ...absent.map((name): Slip => ({ pointer: into(pointer, name), code: "missing" })), ...parts];
}
