import { expect, it } from "vitest";

import { changes } from "./changes";
import { type Json, put } from "./json";
import { document, schema } from "./sample";

const of = (pointer: string, value: Json | undefined) =>
  changes(schema, document, put(document, pointer, value)).map((change) =>
    change.kind === "changed"
      ? `${change.pointer}: ${JSON.stringify(change.before)} -> ${JSON.stringify(change.after)}`
      : `${change.kind} ${change.pointer}`,
  );

it("says what a value was and what it is", () => {
  expect(of("/breach/points", 80)).toEqual(["/breach/points: 60 -> 80"]);
  expect(of("/breach/valid_days", null)).toEqual(["/breach/valid_days: 90 -> null"]);
  expect(of("/red_lines", ["bribery"])).toEqual(['/red_lines: ["bribery","fraud"] -> ["bribery"]']);
});

it("compares rows by what tells them apart, wherever they stand", () => {
  const withAnother: Json = [
    { grade: "AA", callbacks_min: 30 },
    { grade: "B", callbacks_min: 1 },
    { grade: "A", callbacks_min: 12 },
  ];
  expect(of("/gates", withAnother)).toEqual(["added /gates/1", "/gates/2/callbacks_min: 10 -> 12"]);
  expect(of("/gates/0", undefined)).toEqual(["removed /gates/0"]);
  expect(
    of("/gates", [
      { grade: "A", callbacks_min: 10 },
      { grade: "AA", callbacks_min: 30 },
    ]),
  ).toEqual(["moved /gates"]);
});

it("names kinds that came or went as a whole", () => {
  expect(of("/honours/welfare", { title: "公益", city: 5 })).toEqual(["added /honours/welfare"]);
  expect(of("/honours/brand", undefined)).toEqual(["removed /honours/brand"]);
});

it("takes no notice of the order of names, nor of what the approval sets", () => {
  expect(of("/breach", { valid_days: 90, points: 60 })).toEqual([]);
  expect(of("/version", 7)).toEqual([]);
});
