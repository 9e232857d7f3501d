import { expect, test } from "vitest";

import { boundsOf, measuresOf, monthsOf } from "./bounds";

const rules = {
  process: { ban_months: 24, classes: { general: { months_min: 3, months_max: 12, heaviest: "suspension" } } },
};

test("a class has its months and nothing heavier than its heaviest measure", () => {
  const { months, measures } = boundsOf(rules, "general");
  expect(months).toEqual({ min: 3, max: 12 });
  expect(measures.at(-1)).toBe("suspension");
});

test("a removal lasts as long as its ban, whatever the class", () => {
  const bounds = boundsOf(rules, "general");
  expect(monthsOf(bounds, "removal")).toEqual({ min: 24, max: 24 });
  expect(monthsOf(bounds, "suspension")).toEqual({ min: 3, max: 12 });
});

test("a red line leads to removal alone, and nothing is imposed that was not announced", () => {
  const bounds = boundsOf({}, "serious");
  expect(measuresOf(bounds, { ground: { kind: "red_line", line: "fraud" } })).toEqual(["removal"]);
  const notice = {
    announced: "warning",
    at: "",
    by: "3",
    reason: "",
    reply_by: "",
    hearing_on_request: false,
  } as const;
  expect(measuresOf(bounds, { ground: { kind: "finding" }, notice })).toEqual(["remind", "warning"]);
});

test("the rules say from which measure on a hearing can be asked for", () => {
  const { process } = rules;
  expect(boundsOf({ process: { ...process, hearing_from: "suspension" } }, "general").hearingFrom).toBe("suspension");
  expect(boundsOf(rules, "general").hearingFrom).toBeNull();
});

test("rules that do not say it leave the form wide, for the service decides", () => {
  expect(boundsOf({}, "minor").measures.at(-1)).toBe("removal");
});
