import { expect, it } from "vitest";

import { factsOf, passed } from "./logged";

it("says a paper by its word and its end by its last day", () => {
  const detail = { paper: 2, code: "liability-insurance", number: "PICC-9", valid_until: "2026-11-24T16:00:00Z" };
  expect(factsOf(detail).map(({ name, kind }) => [name, kind])).toEqual([
    ["paper", "text"],
    ["code", "word"],
    ["number", "text"],
    ["valid_until", "lastDay"],
  ]);
});

it("leaves out what is not there, and puts what lies within something after it", () => {
  expect(factsOf({ version: 1, on_paper: null })).toEqual([{ name: "version", kind: "text", value: 1 }]);
  const within = { version: 1, on_paper: { signed_by: "张", recorded_at: "2026-11-24T02:00:00Z" } };
  expect(factsOf(within).map(({ name }) => name)).toEqual(["version", "signed_by", "recorded_at"]);
});

it("counts the checks that were passed", () => {
  expect(passed([{ outcome: "passed" }, { outcome: "missing" }])).toEqual({ n: 1, of: 2 });
});
