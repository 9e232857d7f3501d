import { json } from "@codemirror/lang-json";
import { EditorState } from "@codemirror/state";
import { expect, it } from "vitest";

import { locate } from "./pointer";

const text = JSON.stringify(
  {
    bands: [
      { grade: "AAA", score_min: 850 },
      { grade: "AA", score_min: 900 },
    ],
    "a/b": 1,
  },
  null,
  2,
);
const state = EditorState.create({ doc: text, extensions: [json()] });
const marked = (pointer: string) => {
  const { from, to } = locate(state, pointer);
  return { text: text.slice(from, to), line: state.doc.lineAt(from).number };
};

it("finds the property that a pointer leads to", () => {
  expect(marked("/bands/1/score_min")).toEqual({ text: '"score_min"', line: 9 });
  expect(marked("#/bands/0/grade").line).toBe(4);
});

it("finds an item of a list, and a name with a slash", () => {
  expect(marked("/bands/1").text.startsWith("{")).toBe(true);
  expect(marked("/a~1b").text).toBe('"a/b"');
});

it("goes as far as the text does", () => {
  expect(marked("/bands/7/score_min").text).toBe('"bands"');
  expect(marked("/nothing").line).toBe(1);
});
