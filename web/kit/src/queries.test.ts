import { afterEach, expect, it, vi } from "vitest";

import { Refused } from "./api/problem";
import { queries } from "./queries";

afterEach(() => vi.unstubAllGlobals());

function triesAgain(failures: number, error: Error): boolean {
  const { retry } = queries.getDefaultOptions().queries ?? {};
  return typeof retry === "function" && retry(failures, error);
}
const unanswered = new TypeError("nothing answers");

it("asks twice more where nobody answered or a service is busy, and never where it said no", () => {
  vi.stubGlobal("navigator", { onLine: true });
  const busy = new Refused("credit", 503, "overloaded", "", undefined, [], undefined, undefined);
  for (const error of [unanswered, busy])
    expect([0, 1, 2].map((n) => triesAgain(n, error))).toEqual([true, true, false]);
  expect(triesAgain(0, new Refused("credit", 404, "not-found", "", undefined, [], undefined, undefined))).toBe(false);
});

it("says at once that there is no network on a device that knows it has none", () => {
  vi.stubGlobal("navigator", { onLine: false });
  expect(triesAgain(0, unanswered)).toBe(false);
});
