import { describe, expect, it } from "vitest";

import { fromClock, toClock } from "./zoned";

describe("a moment on the city's clock", () => {
  it("is read in the city's zone, wherever the browser is", () => {
    expect(fromClock("2026-11-26T15:00", "Asia/Shanghai")).toBe("2026-11-26T07:00:00.000Z");
    expect(fromClock("2026-07-01T15:00", "Europe/Berlin")).toBe("2026-07-01T13:00:00.000Z");
  });

  it("is written so that it is read again as the same", () => {
    for (const zone of ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]) {
      const ms = Date.parse("2026-03-29T06:30:00Z");
      expect(fromClock(toClock(ms, zone), zone)).toBe(new Date(ms).toISOString());
    }
  });

  it("is none when it is half typed", () => {
    expect(fromClock("2026-11-26", "Asia/Shanghai")).toBeNull();
    expect(fromClock("2026-13-26T15:00", "Asia/Shanghai")).toBeNull();
  });
});
