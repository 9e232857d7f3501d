import { expect, test } from "vitest";

import { boundsOf } from "./bounds";

const rules = { process: { classes: { general: { months_min: 3, months_max: 12, heaviest: "suspension" } } } };

test("a class has its months and nothing heavier than its heaviest measure", () => {
  const { months, measures } = boundsOf(rules, "general");
  expect(months).toEqual({ min: 3, max: 12 });
  expect(measures.at(-1)).toBe("suspension");
});

test("rules that do not say it leave the form wide, for the service decides", () => {
  expect(boundsOf({}, "minor").measures.at(-1)).toBe("removal");
});
