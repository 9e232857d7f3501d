import { expect, it } from "vitest";

import { readReport } from "./report";

const points = { social_evaluation: 575, credit_activities: 50, credit_record: 200, demonstration: 25 };

it("reads what would raise a grade, and leaves out what it does not know", () => {
  const report = readReport({
    name: "甬和家政",
    found: { score: 806, grade: "AA", limit: "score" },
    dimensions: [
      { dimension: "demonstration", counted: 25, floor: 0, ceiling: 150 },
      { dimension: "unheard-of", counted: 1, floor: 0, ceiling: 1 },
    ],
    rules: [{ rule: "/opening", entries: 1, points }],
    peers: [{ category: null, merchants: 1000, below_permille: 852 }],
    raises: [{ what: "points", grade: "AAA", missing: 44, room: [["demonstration", 125]] }],
  });
  expect(report?.dimensions.map((one) => one.dimension)).toEqual(["demonstration"]);
  expect(report?.rules).toEqual([{ rule: "/opening", entries: 1, points: 850 }]);
  expect(report?.raises[0]).toMatchObject({
    what: "points",
    grade: "AAA",
    amount: 44,
    room: [{ dimension: "demonstration", points: 125 }],
  });
});

it("says nothing of what is no report", () => {
  expect(readReport({ state: "running" })).toBeNull();
  expect(readReport(null)).toBeNull();
});
