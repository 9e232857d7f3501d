// The form is held to the rules as they are published and shipped: whatever is added there has words, a unit and a place.
import { describe, expect, it } from "vitest";

import shipped from "../../../../../../services/credit/data/rules.v1.json";
import described from "../../../../../../docs/rules.schema.json";
import { isDocument, type Json, into, within } from "./json";
import { nameOf } from "./names";
import { choices, isSchema, kindOf, partOf, patternOf, schemaAt, type Schema, valuesOf } from "./schema";
import { SECTIONS } from "./sections";
import { slips } from "./faults";
import { formWords } from "./words";

function published(): Schema {
  const said: unknown = described;
  if (!isSchema(said)) throw new TypeError("no schema");
  return said;
}
const schema = published();
const document: unknown = shipped;
const rules: Json = isDocument(document) ? document : null;

/** Every part that the schema knows, rows and values of maps among them. */
function parts(of: Schema, pointer = ""): { pointer: string; of: Schema }[] {
  const inner = Object.keys(of.properties ?? {}).map((name) => into(pointer, name));
  const rows = of.items || valuesOf(of) ? [into(pointer, "*")] : [];
  return [...inner, ...rows].flatMap((at) => {
    const part = partOf(of, at.slice(pointer.length + 1));
    return part ? [{ pointer: at, of: part }, ...parts(part, at)] : [];
  });
}
const all = parts(schema);

describe("the words of the rules", () => {
  it("name every part in both languages", () => {
    const named = all.filter(({ pointer, of }) => !pointer.endsWith("/*") || kindOf(of) === "number");
    expect(named.length).toBeGreaterThan(130);
    const nameless = named.filter(({ pointer }) => {
      const name = nameOf(patternOf(schema, pointer));
      return !name?.zh || !name.en;
    });
    expect(nameless.map(({ pointer }) => pointer)).toEqual([]);
  });

  it("name every number of the rules as they are shipped", () => {
    const leaves = (value: Json | undefined, pointer: string): string[] => {
      if (Array.isArray(value)) return value.flatMap((row, place) => leaves(row, into(pointer, place)));
      if (isDocument(value)) return Object.entries(value).flatMap(([name, part]) => leaves(part, into(pointer, name)));
      return [pointer];
    };
    const found = leaves(rules, "");
    expect(found.length).toBeGreaterThan(100);
    expect(found.filter((pointer) => !schemaAt(schema, pointer))).toEqual([]);
    expect(found.filter((pointer) => !/\/red_lines\/\d/u.test(pointer) && !nameOf(patternOf(schema, pointer)))).toEqual(
      [],
    );
  });

  it("have each unit in both languages", () => {
    const units = new Set(all.flatMap(({ of }) => (kindOf(of) === "number" ? [of["x-unit"] ?? "none"] : [])));
    for (const language of ["zh", "en"] as const) {
      const known = Object.keys(formWords[language].unit);
      expect([...units].filter((unit) => !known.includes(unit))).toEqual([]);
    }
  });

  it("know the words of each choice", () => {
    const known = ["AAA", "remind", "removal", "bribery"];
    const sets = all.flatMap(({ of }) => (choices(of).length ? [choices(of)] : []));
    expect(sets.filter((words) => !words.some((word) => known.includes(word)))).toEqual([]);
  });
});

describe("the sections of the form", () => {
  it("have a place for everything that is not set by the approval, and one only", () => {
    const leaves = all.filter(({ of }) => !of.properties && !of.readOnly);
    const places = (pointer: string) => SECTIONS.filter(({ parts }) => parts.some((part) => within(pointer, part)));
    expect(leaves.filter(({ pointer }) => places(pointer).length !== 1).map(({ pointer }) => pointer)).toEqual([]);
  });

  it("are made of parts that the schema knows", () => {
    for (const { parts } of SECTIONS) for (const part of parts) expect(schemaAt(schema, part), part).toBeDefined();
  });
});

it("finds nothing wrong with the rules as they are shipped", () => {
  expect(slips(schema, rules)).toEqual([]);
});
