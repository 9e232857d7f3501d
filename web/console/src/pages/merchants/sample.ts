// An entry of a ledger, for tests: what it says of itself is its cause and its points.
import type { Entry } from "./ledger";

export function entry(id: string, cause: string, points: Partial<Entry["points"]> = {}): Entry {
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
