import { expect, it } from "vitest";

import { objectionTo } from "./objected";

const filed = [
  { id: "1", entry: "e" },
  { id: "2", evaluation: "y" },
];

it("finds the objection to an entry and that to a yearly result", () => {
  expect(objectionTo({ entry: "e" }, filed)).toBe("1");
  expect(objectionTo({ evaluation: "y" }, filed)).toBe("2");
});

it("finds none where nothing was objected to", () => {
  expect(objectionTo({ entry: "other" }, filed)).toBeNull();
  expect(objectionTo({ evaluation: "other" }, filed)).toBeNull();
  expect(objectionTo({}, filed)).toBeNull();
});
