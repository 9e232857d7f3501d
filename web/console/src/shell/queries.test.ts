// @vitest-environment happy-dom
import { QueryObserver } from "@tanstack/vue-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { EVERY_MS, queries } from "./queries";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  queries.clear();
  vi.useRealTimers();
});

/** How often it is asked for in as many minutes. */
async function asked(minutes: number, options: object): Promise<number> {
  const queryFn = vi.fn(async () => "answer");
  const stop = new QueryObserver(queries, { queryKey: [JSON.stringify(options)], queryFn, ...options }).subscribe(
    () => undefined,
  );
  await vi.advanceTimersByTimeAsync(minutes * EVERY_MS + 1_000);
  stop();
  return queryFn.mock.calls.length;
}

it("asks for what is on the screen once a minute", async () => expect(await asked(3, {})).toBe(4));

it("asks once for what is kept, for its reading may be put on record", async () => {
  expect(await asked(3, { staleTime: Infinity })).toBe(1);
  expect(await asked(3, { staleTime: 600_000 })).toBe(1);
});

it("leaves it to a page how often it asks", async () => expect(await asked(3, { refetchInterval: false })).toBe(1));

it("asks for nothing while nobody sees the page", async () => {
  vi.spyOn(document, "visibilityState", "get").mockReturnValue("hidden");
  expect(await asked(3, { seen: false })).toBe(1);
  vi.restoreAllMocks();
});
