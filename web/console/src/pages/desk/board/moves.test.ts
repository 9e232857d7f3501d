import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { COLUMNS, Gathered, touched } from "./moves";

const shown = { waiting: ["a", "b"], offered: ["c"] } as Record<string, string[]>;
const shows = (column: string, request: string) => shown[column]?.includes(request) ?? false;

it("touches the column where a job is shown still, and the one where it stands now", () => {
  expect(touched({ jobs: [{ request: "a", column: "offered" }], more: false }, shows)).toEqual(["waiting", "offered"]);
  expect(touched({ jobs: [{ request: "c", column: null }], more: false }, shows)).toEqual(["offered"]);
  expect(touched({ jobs: [{ request: "z", column: null }], more: false }, shows)).toEqual([]);
});

it("touches all of them where more moved than is named", () => {
  expect(touched({ jobs: [], more: true }, shows)).toEqual([...COLUMNS]);
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("hands on the first at once, and what comes within a second together", () => {
  const taken: string[][] = [];
  const gathered = new Gathered<string>(1_000, (words) => taken.push(words));
  gathered.add(["waiting"]);
  vi.advanceTimersByTime(0);
  for (const words of [["waiting"], ["offered"], ["waiting"]]) gathered.add(words);
  vi.advanceTimersByTime(999);
  expect(taken).toEqual([["waiting"]]);
  vi.advanceTimersByTime(1);
  expect(taken).toEqual([["waiting"], ["waiting", "offered"]]);
});
