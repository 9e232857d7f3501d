import { describe, expect, it } from "vitest";

import { boundsOf, causeOf, type Entry, takenBack } from "./ledger";

const bounds = {
  social_evaluation: { floor: 0, ceiling: 600 },
  credit_activities: { floor: 0, ceiling: 50 },
  credit_record: { floor: -1000, ceiling: 200 },
  demonstration: { floor: 0, ceiling: 150 },
};

function entry(id: string, cause: string, points: Partial<Entry["points"]>): Entry {
  return {
    id,
    cause,
    points: { social_evaluation: 0, credit_activities: 0, credit_record: 0, demonstration: 0, ...points },
    hash: "",
    names: { zh: "", en: "" },
    prev: "",
    recorded_at: "2026-01-01T00:00:00Z",
    rule: "",
    rules_version: 1,
    under_objection: false,
    satisfied: 0,
    unsatisfied: 0,
    seq: 1,
    valid_from: "2026-01-01T00:00:00Z",
    verified_orders: 0,
  };
}

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
