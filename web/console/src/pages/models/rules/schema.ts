// What the service says of the rules' document: `GET /v1/models/schema`, a JSON schema without references.
import { isDocument, type Json, steps } from "./json";

export interface Schema {
  type?: string | string[];
  properties?: Record<string, Schema>;
  required?: string[];
  /** Of a map: what each of its values is. */
  additionalProperties?: Schema | boolean;
  items?: Schema;
  enum?: string[];
  oneOf?: { const: string }[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  maxProperties?: number;
  propertyNames?: { pattern: string };
  readOnly?: boolean;
  default?: Json;
  "x-unit"?: string;
  /** By which property the rows of a list are told apart; they stand from the last of its words to the first. */
  "x-key"?: string;
  /** What the keys of a map are: made up here, or of the catalogue. */
  "x-keys"?: "kind" | "category";
  "x-source"?: "published";
}

/** How a part is asked for. */
export type Kind = "number" | "text" | "flag" | "choice" | "set" | "rows" | "map" | "group";

export function isSchema(value: unknown): value is Schema {
  return isDocument(value) && isDocument(value["properties"]);
}

function hasType(schema: Schema, type: string): boolean {
  return schema.type === type || (Array.isArray(schema.type) && schema.type.includes(type));
}

/** The values of a map; of a group, whose parts have names of their own, there are none. */
export function valuesOf(schema: Schema): Schema | undefined {
  return typeof schema.additionalProperties === "object" ? schema.additionalProperties : undefined;
}

/** The words that a choice is made of. */
export function choices(schema: Schema): readonly string[] {
  return schema.enum ?? schema.oneOf?.map((one) => one.const) ?? [];
}

export function kindOf(schema: Schema): Kind {
  if (choices(schema).length) return "choice";
  if (schema.items) return choices(schema.items).length ? "set" : "rows";
  if (schema.properties) return "group";
  if (valuesOf(schema)) return "map";
  if (hasType(schema, "integer") || hasType(schema, "number")) return "number";
  return hasType(schema, "boolean") ? "flag" : "text";
}

export const isLeaf = (schema: Schema): boolean => !["rows", "map", "group"].includes(kindOf(schema));

/** Whether nothing at all is an answer too. */
export const mayBeNone = (schema: Schema): boolean => hasType(schema, "null");

export function partOf(schema: Schema, step: string): Schema | undefined {
  if (schema.properties) return Object.hasOwn(schema.properties, step) ? schema.properties[step] : undefined;
  return schema.items ?? valuesOf(schema);
}

export function schemaAt(schema: Schema, pointer: string): Schema | undefined {
  return steps(pointer).reduce<Schema | undefined>((found, step) => found && partOf(found, step), schema);
}

/** A pointer with a star for what people name themselves: rows and keys. */
export function patternOf(schema: Schema, pointer: string): string {
  let whole: Schema | undefined = schema;
  const named = steps(pointer).map((step) => {
    const name = whole?.properties ? step : "*";
    whole = whole && partOf(whole, step);
    return name;
  });
  return named.join("/");
}

/** The names of the parts of a group that are asked for, in the order in which the document has them. */
export function namesIn(schema: Schema, document: Json | undefined): string[] {
  const all = Object.entries(schema.properties ?? {}).filter(([, part]) => !part.readOnly);
  const place = new Map(Object.keys(isDocument(document) ? document : {}).map((name, index) => [name, index]));
  const at = (name: string) => place.get(name) ?? Infinity;
  return all.map(([name]) => name).sort((one, other) => (at(one) === at(other) ? 0 : at(one) - at(other)));
}

/** A new row: nothing is answered for anybody, save where the schema itself says what is taken for granted. */
export function blank(schema: Schema): Json {
  if (schema.default !== undefined) return schema.default;
  switch (kindOf(schema)) {
    case "group":
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, part]) => [name, blank(part)]));
    case "rows":
    case "set":
      return [];
    case "map":
      return {};
    case "flag":
      return false;
    case "text":
      return "";
    case "number":
    case "choice":
      return null;
  }
}
