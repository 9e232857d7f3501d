import { expect, it } from "vitest";

import { removableFrom } from "./written";

const ZONE = "Asia/Shanghai";
const NOW = Date.parse("2026-11-27T10:20:00+08:00");
const day = (publishAt: string | null) => removableFrom(publishAt, NOW, ZONE);

it("is taken down tomorrow at the earliest, by the calendar of the city", () => {
  expect(day(null)).toBe("2026-11-27T16:00:00.000Z");
  expect(removableFrom(null, Date.parse("2026-11-27T23:30:00+08:00"), ZONE)).toBe("2026-11-27T16:00:00.000Z");
});

it("is taken down the day after it is published, and not before now where that is over", () => {
  expect(day("2026-12-01T09:00:00+08:00")).toBe("2026-12-01T16:00:00.000Z");
  expect(day("2026-10-01T09:00:00+08:00")).toBe(day(null));
});
