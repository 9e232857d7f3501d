import { expect, it } from "vitest";

import { tiesOf } from "./ties";

const by = (...rules: (string | null)[]) => tiesOf(rules.map((behind_by) => ({ behind_by })));

it("puts together whom the draw alone tells apart", () => {
  const [three, two] = [
    { from: 1, to: 3 },
    { from: 5, to: 6 },
  ];
  expect(by(null, "draw", "draw", "grade", "served", "draw")).toEqual([three, three, three, null, two, two]);
});

it("finds nobody level where each place has its rule", () => {
  expect(by(null, "grade", "share")).toEqual([null, null, null]);
  expect(by()).toEqual([]);
});
