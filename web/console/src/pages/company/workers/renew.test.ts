import { expect, it } from "vitest";

import { lasts, renewIn } from "./renew";

const now = Date.parse("2026-11-26T08:00:00Z");

it("asks for the next code before this one ends, and never in a rush", () => {
  expect(renewIn("2026-11-26T08:01:00Z", now)).toBe(55_000);
  expect(renewIn("2026-11-26T07:59:00Z", now)).toBe(1_000);
});

it("counts the seconds that are left down to none", () => {
  expect(lasts("2026-11-26T08:00:30Z", now)).toBe(30);
  expect(lasts("2026-11-26T07:00:00Z", now)).toBe(0);
});
