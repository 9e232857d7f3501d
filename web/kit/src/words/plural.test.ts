import { expect, it } from "vitest";

import { plural } from "./plural";

it("says one day and two days, and days where none is counted", () => {
  expect([1, -1, 0, 2, undefined].map((count) => plural("day | days", count))).toEqual([
    "day",
    "day",
    "days",
    "days",
    "days",
  ]);
  expect(plural("‰", 1)).toBe("‰");
});

/** All that the packages say, by file. */
const sources = import.meta.glob<string>(["../../../{console,public,kit}/src/**/*.{vue,ts}", "!**/generated/**"], {
  query: "?raw",
  import: "default",
  eager: true,
});
/** What stands for a word and not for a number: `{name} leaves`. */
const TEXTS = ["name", "service", "subject", "who", "when"];
/** A number, and soon behind it a word of many: `{n} more days`. The second end of a range is always many. */
const MANY = /(?<! to )\{(\w+)\} (?:[a-z]+ ){0,2}(?!this|has|was|does)[a-z]{2,}s\b/u;

it("has a form for one wherever a count stands before what is counted", () => {
  expect(Object.keys(sources).length).toBeGreaterThan(300);
  const found = Object.entries(sources).flatMap(([file, text]) =>
    [...text.matchAll(/"([^"\n]*)"/gu)].flatMap(([, said = ""]) => {
      const counts = MANY.exec(said)?.[1];
      return counts && !TEXTS.includes(counts) && !said.includes(" | ") ? [`${file}: ${said}`] : [];
    }),
  );
  expect(found).toEqual([]);
});
