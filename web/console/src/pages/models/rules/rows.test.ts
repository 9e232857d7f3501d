import { expect, it } from "vitest";

import { valueAt } from "./json";
import { added, freeKeys, isFixed, isKey, rowsOf, without, withRow } from "./rows";
import { document, schema } from "./sample";
import { schemaAt } from "./schema";

const [gates, honours] = [schemaAt(schema, "/gates") ?? {}, schemaAt(schema, "/honours") ?? {}];
const [list, map] = [valueAt(document, "/gates"), valueAt(document, "/honours")];

it("adds a row of a list in the order of its words, with nothing answered for anybody", () => {
  expect(freeKeys(gates, list)).toEqual(["B", "C", "D"]);
  const longer = added(gates, list, "B");
  expect(rowsOf(gates, longer).map(({ key }) => key)).toEqual(["AA", "A", "B"]);
  expect(valueAt(longer, "/2")).toEqual({ grade: "B", callbacks_min: null });
});

it("adds a kind under a code that is free and fits", () => {
  expect(isKey(honours, map, "welfare")).toBe(true);
  expect(isKey(honours, map, "brand")).toBe(false);
  expect(isKey(honours, map, "Welfare")).toBe(false);
  expect(valueAt(added(honours, map, "welfare"), "/welfare")).toEqual({ title: "", title_en: "", city: null });
});

it("takes a row out and puts it back where it stood", () => {
  const shorter = without(list, "0");
  expect(rowsOf(gates, shorter).map(({ key }) => key)).toEqual(["A"]);
  expect(withRow(gates, shorter, "AA", { grade: "AA", callbacks_min: 30 })).toEqual(list);
  expect(without(map, "brand")).toEqual({});
});

it("leaves rows alone of which there are as many as there must be", () => {
  expect(isFixed({ minItems: 6, maxItems: 6 })).toBe(true);
  expect(isFixed(gates)).toBe(false);
});
