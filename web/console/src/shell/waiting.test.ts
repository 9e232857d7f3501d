import { MATRIX } from "@kit/api/generated/permissions";
import { exactly } from "@kit/total";
import { expect, test } from "vitest";

import { pages, type Wait } from "./page";
import { waitsOf } from "./waiting";

const wait = (to: string, more: Partial<Wait> = {}): Wait => ({
  words: { zh: to, en: to },
  to,
  count: () => Promise.resolve(exactly(0)),
  ...more,
});
const PAGES = [
  {
    permissions: ["read-callbacks" as const],
    menu: { group: "followup" as const, order: 20 },
    waits: [wait("/cases")],
  },
  {
    permissions: ["read-jobs" as const],
    menu: { group: "desk" as const, order: 10 },
    waits: [wait("/board"), wait("/proposals", { permissions: ["approve-overrides"] })],
  },
  { permissions: [], waits: undefined },
];
const shown = (...has: string[]) =>
  waitsOf(PAGES, (needed) => needed.some((one) => has.includes(one))).map(({ to }) => to);

test("who may not see a page is told of nothing that waits there", () => {
  expect(shown("read-callbacks")).toEqual(["/cases"]);
  expect(shown()).toEqual([]);
});

test("what waits for some of those who see a page is shown to them alone", () => {
  expect(shown("read-jobs")).toEqual(["/board"]);
  expect(shown("read-jobs", "approve-overrides")).toEqual(["/board", "/proposals"]);
});

test("what waits stands in the order of the menu", () => {
  expect(shown("read-callbacks", "read-jobs")).toEqual(["/board", "/cases"]);
});

test("an auditor is told of what is overdue in the credit department, and of nothing that others have to do there", () => {
  const may = (needed: (keyof typeof MATRIX)[]) =>
    needed.some((one) => (MATRIX[one] as readonly string[]).includes("auditor"));
  const there = waitsOf(pages, may).filter(({ to }) => /^\/(proceedings|objections)/.test(to));
  expect(there.map(({ to }) => to)).toEqual(["/proceedings?overdue=yes", "/objections?overdue=yes"]);
});
