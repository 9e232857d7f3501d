import { expect, it } from "vitest";

import { summed } from "./summed";

it("counts who rose, stayed and fell, and where all stand", () => {
  const found = summed([
    { from: "B", to: "A", merchants: 3 },
    { from: "B", to: "B", merchants: 5 },
    { from: "AAA", to: "AA", merchants: 2 },
  ]);
  expect(found).toMatchObject({ raised: 3, kept: 5, lowered: 2 });
  expect(found.grades.find(({ grade }) => grade === "B")).toEqual({ grade: "B", merchants: 5, percent: 50 });
});

it("has no shares of nobody", () => {
  expect(summed([]).grades.every(({ percent }) => percent === 0)).toBe(true);
});
