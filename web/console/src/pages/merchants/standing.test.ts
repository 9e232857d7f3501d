import { expect, it } from "vitest";

import { lastMove, pointsOf, spanOf } from "./standing";

const names = { zh: "", en: "" };

it("marks a change of grade, and what is more than a call-back", () => {
  const found = pointsOf([
    { at: "2026-03-01T00:00:00Z", score: 530, grade: "B", cause: "opening", names },
    { at: "2026-04-01T00:00:00Z", score: 532, grade: "B", cause: "followup:1", names },
    { at: "2026-05-01T00:00:00Z", score: 472, grade: "C", cause: "breach_verified:2", names },
  ]);
  expect(found.map(({ isMarked, from }) => [isMarked, from])).toEqual([
    [true, null],
    [false, null],
    [true, "B"],
  ]);
});

it("says that nothing has moved since the year's grade where that moved last", () => {
  expect(["opening", "evaluation:2026", "followup:1"].map(lastMove)).toEqual(["opened", "evaluated", "moved"]);
});

it("takes a year as the city's calendar has it", () => {
  expect(spanOf("2026", "Asia/Shanghai")).toEqual({ from: "2025-12-31T16:00:00.000Z", to: "2026-12-31T16:00:00.000Z" });
  expect(spanOf("long ago", "Asia/Shanghai")).toEqual({});
});
