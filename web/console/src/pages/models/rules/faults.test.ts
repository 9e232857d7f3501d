import { expect, it } from "vitest";

import { slips } from "./faults";
import { type Json, put } from "./json";
import { document, schema } from "./sample";

const wrong = (pointer: string, value: Json | undefined) =>
  slips(schema, put(document, pointer, value)).map((slip) => `${slip.pointer} ${slip.code}`);

it("finds a number that is missing, broken or out of its range, at its place", () => {
  expect(wrong("/breach/points", null)).toEqual(["/breach/points missing"]);
  expect(wrong("/breach/points", "6o")).toEqual(["/breach/points whole"]);
  expect(wrong("/breach/points", 1.5)).toEqual(["/breach/points whole"]);
  expect(wrong("/breach/points", 101)).toEqual(["/breach/points range"]);
  expect(wrong("/gates/0/callbacks_min", -1)).toEqual(["/gates/0/callbacks_min least"]);
});

it("lets nothing be said where that is an answer", () => {
  expect(wrong("/breach/valid_days", null)).toEqual([]);
  expect(wrong("/breach/valid_days", undefined)).toEqual([]);
  expect(wrong("/honours/brand/title_en", "")).toEqual([]);
});

it("finds what a row lacks, has too much of, or is not", () => {
  expect(wrong("/honours/brand/title", "")).toEqual(["/honours/brand/title missing"]);
  expect(wrong("/honours/brand/title", "六个字的名称")).toEqual(["/honours/brand/title longest"]);
  expect(wrong("/honours/brand/colour", "red")).toEqual(["/honours/brand/colour unknown"]);
  expect(wrong("/red_lines", [])).toEqual(["/red_lines few"]);
  expect(wrong("/breach", 7)).toEqual(["/breach shape"]);
  expect(wrong("/gates/0/grade", "Z")).toEqual(["/gates/0/grade choice"]);
});
