import { expect, it } from "vitest";

import { endOf, lastDayOf, momentAt, wallAt } from "./zone";

it("takes a day of the city for what it is there, wherever the device is", () => {
  expect(momentAt("2026-11-26T00:00:00", "Asia/Shanghai")).toBe("2026-11-25T16:00:00.000Z");
  expect(wallAt("2026-11-25T16:00:00Z", "Asia/Shanghai")).toBe("2026-11-26T00:00:00");
});

it("follows a zone whose clocks change", () => {
  expect(momentAt("2026-07-01T12:00:00", "Europe/Berlin")).toBe("2026-07-01T10:00:00.000Z");
  expect(momentAt("2026-12-01T12:00:00", "Europe/Berlin")).toBe("2026-12-01T11:00:00.000Z");
});

it("lets what is good until a day be good through the whole of it", () => {
  const end = endOf("2026-12-30", "Asia/Shanghai");
  expect(end).toBe("2026-12-30T16:00:00.000Z");
  expect(lastDayOf(end, "Asia/Shanghai")).toBe("2026-12-30");
  expect(lastDayOf("2026-12-30T02:00:00Z", "Asia/Shanghai")).toBe("2026-12-30");
  expect(endOf("2026-10-24", "Europe/Berlin")).toBe("2026-10-24T22:00:00.000Z");
  expect(endOf("2026-10-25", "Europe/Berlin")).toBe("2026-10-25T23:00:00.000Z");
});
