// @vitest-environment happy-dom
import { QueryObserver } from "@tanstack/vue-query";
import { afterEach, expect, it, vi } from "vitest";

import { Refused } from "./api/problem";
import { queries } from "./queries";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

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

/** What a page asks for once it is opened; `comesBack` is what brings it to ask again. */
async function asked(options: object, answers: () => Promise<string>, comesBack: () => void): Promise<number> {
  vi.resetModules();
  const { queries: opened } = await import("./queries");
  opened.mount();
  const queryFn = vi.fn(answers);
  const observer = new QueryObserver(opened, { queryKey: ["page"], queryFn, retry: false, ...options });
  const stop = observer.subscribe(() => undefined);
  await vi.waitFor(() => expect(observer.getCurrentResult().isFetching).toBe(false));
  comesBack();
  // Whoever listens asks in the turns that follow.
  await new Promise((resolve) => setTimeout(resolve));
  stop();
  opened.unmount();
  return queryFn.mock.calls.length;
}
const nobody = () => Promise.reject(unanswered);
function networkReturns(): void {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(true);
  window.dispatchEvent(new Event("online"));
}

it("asks again when the network comes back, also on a page that was opened without one", async () => {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  expect(await asked({}, nobody, networkReturns)).toBe(2);
  const lost = () => {
    window.dispatchEvent(new Event("offline"));
    networkReturns();
  };
  expect(await asked({}, nobody, lost)).toBe(2);
});

it("leaves what is kept alone when the network comes back", async () => {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  expect(await asked({ staleTime: Infinity }, async () => "names", networkReturns)).toBe(1);
});

it("asks again for what failed when the page is seen again", async () => {
  const seen = () => void window.dispatchEvent(new Event("visibilitychange"));
  expect(await asked({}, nobody, seen)).toBe(2);
});
