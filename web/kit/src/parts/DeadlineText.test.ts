// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createApp } from "vue";

import { createWords } from "../words";
import DeadlineText from "./DeadlineText.vue";

beforeEach(() => vi.useFakeTimers({ now: Date.parse("2026-11-26T06:00:00Z"), toFake: ["Date"] }));
afterEach(() => vi.useRealTimers());

function shown(props: { to: string; lapses?: boolean }): { says: string | undefined; alarms: boolean } {
  const place = document.createElement("div");
  createApp(DeadlineText, props).use(createWords("zh")).mount(place);
  return { says: place.textContent?.trim(), alarms: place.querySelector(".overdue") !== null };
}

it("says the last day beside the distance, where a hand that has no mouse finds it too", () => {
  expect(shown({ to: "2026-12-10T16:00:00Z" })).toEqual({ says: "14天后到期 2026年12月10日", alarms: false });
  expect(shown({ to: "2026-11-26T08:00:00Z" }).says).toBe("2小时后到期 16:00");
});

it("says aloud that somebody is late, and of a right or a period merely that it is over", () => {
  const to = "2026-11-24T16:00:00Z";
  expect(shown({ to })).toEqual({ says: "已超期 1天14小时 2026年11月24日", alarms: true });
  expect(shown({ to, lapses: true })).toEqual({ says: "已截止 2026年11月24日", alarms: false });
});
