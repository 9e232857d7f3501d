import { expect, it } from "vitest";

import { comingOf } from "./coming";

const published = { state: "published", effective_at: "2027-03-15T16:00:00Z", grade_effective: "AA" } as const;

it("names the grade that a published year gives and that is not in effect yet", () => {
  expect(comingOf(published, "AAA")).toEqual({ grade: "AA", at: "2027-03-15T16:00:00Z" });
});

it("names none where it is the same, in effect already, or the year gives nothing", () => {
  expect(comingOf(published, "AA")).toBeNull();
  expect(comingOf({ ...published, state: "in_effect" }, "AAA")).toBeNull();
  expect(comingOf({ ...published, grade_effective: null }, "AAA")).toBeNull();
});
