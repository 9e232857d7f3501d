import { expect, it } from "vitest";

import { placeOf } from "./place";

const order = {
  candidates: [
    { merchant: "1", name: "甬诚锁业" },
    { merchant: "2", name: "海曙家政" },
  ],
  exclusions: [{ merchant: "3", reason: "closed" as const }],
};

it("tells where a choice stands in the order, and what keeps it out", () => {
  expect(placeOf(order, "1")).toEqual({ kind: "first" });
  expect(placeOf(order, "2")).toEqual({ kind: "listed", first: "甬诚锁业", place: 2 });
  expect(placeOf(order, "3")).toEqual({ kind: "excluded", reason: "closed" });
});

it("says of one beyond the list that it stands behind it, and that nobody is there", () => {
  expect(placeOf(order, "4")).toEqual({ kind: "unlisted", first: "甬诚锁业", place: 2 });
  expect(placeOf({ candidates: [], exclusions: [] }, "4")).toEqual({ kind: "nobody" });
});
