import { expect, it } from "vitest";

import { into, put, same, steps, valueAt } from "./json";
import { document } from "./sample";

it("reads what a pointer leads to, and nothing where it leads nowhere", () => {
  expect(valueAt(document, "/gates/1/callbacks_min")).toBe(10);
  expect(valueAt(document, "/gates/7/callbacks_min")).toBeUndefined();
  expect(valueAt(document, "/toString")).toBeUndefined();
});

it("puts a value where a pointer leads and leaves all else as it was", () => {
  const changed = put(document, "/gates/1/callbacks_min", 12);
  expect(valueAt(changed, "/gates/1")).toEqual({ grade: "A", callbacks_min: 12 });
  expect(valueAt(document, "/gates/1/callbacks_min")).toBe(10);
  expect(changed["honours"]).toBe(document["honours"]);
  expect(Object.keys(changed)).toEqual(Object.keys(document));
});

it("takes a row or a property away", () => {
  expect(valueAt(put(document, "/gates/0", undefined), "/gates")).toEqual([{ grade: "A", callbacks_min: 10 }]);
  expect(valueAt(put(document, "/honours/brand", undefined), "/honours")).toEqual({});
});

it("writes and reads steps with slashes in them", () => {
  expect(steps(into("/a", "b/c~d"))).toEqual(["a", "b/c~d"]);
  expect(steps("#/bands/0")).toEqual(["bands", "0"]);
});

it("tells documents apart by what they say", () => {
  expect(same({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
  expect(same({ a: 1 }, { a: 1, b: null })).toBe(false);
  expect(same([1, 2], [2, 1])).toBe(false);
});
