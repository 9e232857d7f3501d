import { expect, it } from "vitest";

import type { Entry } from "../merchants/ledger";
import { undone } from "./aftermath";

function entry(id: string, cause: string): Entry {
  return {
    id,
    cause,
    points: { social_evaluation: 0, credit_activities: 0, credit_record: 0, demonstration: 0 },
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

it("knows by its case which verified breach was taken back, and by what", () => {
  const breaches = [entry("a", "breach_verified:one"), entry("b", "breach_verified:other")];
  const reversal = entry("c", "reversal:a");
  expect([...undone(breaches, new Map([["a", reversal]]))]).toEqual([["one", reversal]]);
});
