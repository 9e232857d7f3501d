import { expect, it } from "vitest";

import { heldAt, type PriceEntry } from "./price";

const posted = (from: string, recorded: string, fen: number): PriceEntry => ({
  item: "daily-cleaning",
  valid_from: `${from}T00:00:00Z`,
  recorded_at: `${recorded}T00:00:00Z`,
  price: { unit: "小时", from: fen },
});

it("is the price that held when the work was done, not a later one", () => {
  const all = [posted("2026-11-20", "2026-11-10", 5000), posted("2026-11-01", "2026-11-01", 4000)];
  expect(heldAt(all, "2026-11-19T08:00:00Z")?.price?.from).toBe(4000);
  expect(heldAt(all, "2026-11-20T08:00:00Z")?.price?.from).toBe(5000);
  expect(heldAt(all, "2026-10-01T08:00:00Z")).toBeUndefined();
});

it("is the one that was posted last of those that began together", () => {
  const all = [posted("2026-11-20", "2026-11-12", 6000), posted("2026-11-20", "2026-11-10", 5000)];
  expect(heldAt(all, "2026-11-21T08:00:00Z")?.price?.from).toBe(6000);
});
