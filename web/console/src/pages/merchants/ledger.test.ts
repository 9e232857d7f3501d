import { describe, expect, it } from "vitest";

import { boundsOf, causeOf, takenBack } from "./ledger";
import { entry } from "./sample";

const bounds = {
  social_evaluation: { floor: 0, ceiling: 600 },
  credit_activities: { floor: 0, ceiling: 50 },
  credit_record: { floor: -1000, ceiling: 200 },
  demonstration: { floor: 0, ceiling: 150 },
};

describe("a ledger", () => {
  const ledger = [
    entry("a", "opening", { social_evaluation: 300, credit_activities: 30, credit_record: 200 }),
    entry("b", "activity:x", { credit_activities: 40 }),
    entry("c", "breach_verified:y", { credit_record: -60 }),
    entry("d", "reversal:c", { credit_record: 60 }),
  ];

  it("names what took an entry back", () => {
    expect(takenBack(ledger).get("c")?.id).toBe("d");
    expect(takenBack(ledger).has("b")).toBe(false);
  });
});

it("tells the kind of a cause from its id", () => {
  expect(causeOf("followup:1")).toEqual({ kind: "followup", id: "1" });
  expect(causeOf("opening")).toEqual({ kind: "opening", id: undefined });
});

it("reads the bounds from the rules, and nothing from what lacks them", () => {
  expect(boundsOf({ dimensions: bounds })).toEqual(bounds);
  expect(boundsOf({ dimensions: {} })).toBeNull();
});
