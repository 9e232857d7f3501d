import { expect, it } from "vitest";

import { common } from "./common";
import { credit } from "./credit";
import { domain } from "./domain";

const sources = import.meta.glob<string>(
  ["../../../{console,public,kit}/src/**/*.{vue,ts}", "!**/generated/**", "!**/words/**"],
  { query: "?raw", import: "default", eager: true },
);
const all = Object.values(sources).join("\n");
const said = new Set([...all.matchAll(/["'`]([\w.-]+)["'`]/gu)].map(([, name]) => name));

/** `group.word` for each, or `group` where it is one word. */
function named(words: object): string[] {
  return Object.entries(words).flatMap(([group, of]) =>
    typeof of === "string" ? [group] : Object.keys(of as object).map((word) => `${group}.${word}`),
  );
}
/** By its own name, or with all of its group by what a service answers: `group.${value}`. */
function isSaid(name: string): boolean {
  const [group = ""] = name.split(".");
  return said.has(name) || all.includes(`\`${group}.\${`);
}

it("has no word for all pages that no page says", () => {
  expect(Object.keys(sources).length).toBeGreaterThan(300);
  const unsaid = [common.zh, domain.zh, credit.zh].flatMap(named).filter((name) => !isSaid(name));
  expect(unsaid).toEqual([]);
});
