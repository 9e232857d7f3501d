// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { createApp } from "vue";

import { useFormat } from "./format";
import { createWords, type Language } from "./words";

function formatIn(language: Language): ReturnType<typeof useFormat> {
  let format: ReturnType<typeof useFormat> | undefined;
  const app = createApp({
    setup() {
      format = useFormat();
      return () => null;
    },
  });
  app.use(createWords(language)).mount(document.createElement("div"));
  if (!format) throw new Error("was not mounted");
  return format;
}

const NOW = Date.parse("2026-11-26T06:00:00Z");

it("never says that no time is left", () => {
  const { relative, span } = formatIn("zh");
  expect(relative("2026-11-26T06:00:59Z", NOW)).toBe("不到 1 分钟后");
  expect(relative("2026-11-26T05:59:01Z", NOW)).toBe("不到 1 分钟前");
  expect(span(59_000)).toBe("不到 1 分钟");
  expect(formatIn("en").relative("2026-11-26T06:00:59Z", NOW)).toBe("in less than a minute");
});

it("names of an end the last day: of what ends at midnight the day before, else that day with the time", () => {
  const { lastDay } = formatIn("zh");
  expect(lastDay("2026-12-04T16:00:00Z")).toBe("2026年12月4日");
  expect(lastDay("2026-12-05T02:00:27.5Z")).toBe("2026/12/5 10:00");
  expect(lastDay(null)).toBe("–");
});

it("shows a day of the calendar as the day of a moment, without a zone moving it", () => {
  expect(formatIn("zh").calendarDay("2027-03-15")).toBe("2027年3月15日");
  expect(formatIn("en").calendarDay("2027-03-15")).toBe("15 Mar 2027");
  expect(formatIn("en").calendarDay(null)).toBe("–");
});

it("says beside the distance the clock alone of what ends in the course of today", () => {
  const { lastDayFrom } = formatIn("zh");
  expect(lastDayFrom("2026-11-26T07:40:00Z", NOW)).toBe("15:40");
  expect(lastDayFrom("2026-11-26T16:00:00Z", NOW)).toBe("2026年11月26日");
  expect(lastDayFrom("2026-11-25T16:00:00Z", NOW)).toBe("2026年11月25日");
  expect(lastDayFrom("2026-11-27T07:40:00Z", NOW)).toBe("2026/11/27 15:40");
});

it("says how long in the largest unit that is filled, one of it and many", () => {
  const { span } = formatIn("en");
  expect([60_000, 120_000, 3_600_000, -7_230_000, 86_400_000].map(span)).toEqual([
    "1 minute",
    "2 minutes",
    "1 hour",
    "2 hours",
    "1 day",
  ]);
  expect(formatIn("zh").span(7_200_000)).toBe("2小时");
});

it("lets no hour stand for nearly two, and leaves out what is no tenth", () => {
  const [zh, en] = [formatIn("zh"), formatIn("en")];
  expect(zh.relative("2026-11-26T07:59:59Z", NOW)).toBe("1小时59分钟后");
  expect(zh.relative("2026-11-24T05:00:00Z", NOW)).toBe("2天1小时前");
  expect(en.relative("2026-11-26T07:59:00Z", NOW)).toBe("in 1 hour 59 minutes");
  expect(en.relative("2026-11-26T03:30:00Z", NOW)).toBe("2 hours 30 minutes ago");
  expect(zh.span(10 * 3_600_000 + 1_800_000)).toBe("10小时");
});
