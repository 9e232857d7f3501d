import { describe, expect, it } from "vitest";

import { causeWord, movesBetween } from "./moves";

type Order = Parameters<typeof movesBetween>[0];
type Candidate = Order["candidates"][number];

function order(list: string, exclusions: Order["exclusions"] = []): Order {
  const candidates = list.split(" ").map((text): Candidate => {
    const [merchant = "", grade = ""] = text.split(":");
    return {
      merchant,
      name: merchant,
      grade: grade as Candidate["grade"],
      score: 500,
      arrival: "on_time",
      proximity: "same_street",
      served_permille: 0,
      open: 0,
      capacity: 9,
      credit_version: 1,
      newcomer: false,
      reserved: false,
      under_objection: false,
      draw: 1,
    };
  });
  const none = { already_tried: 0, closed: 0, commitment_ended: 0, full: 0, grade_d: 0, no_green_worker: 0 };
  return {
    candidates,
    exclusions,
    tally: { eligible: candidates.length, excluded: { ...none, removed: 0, suspended: 0 } },
    daily_seed: 1,
    orders: 0,
    policy_version: 1,
    ranked_at: "2026-11-26T07:00:00Z",
  };
}

describe("moves between two orders", () => {
  it("name the one whose grade changed, not those who made room", () => {
    expect(movesBetween(order("a:AA b:A c:B"), order("b:A c:B a:C"))).toMatchObject([
      { merchant: "a", grade: { from: "AA", to: "C" }, place: { from: 1, to: 3 } },
    ]);
  });

  it("say why somebody cannot be chosen any more", () => {
    const after = order("b:A", [{ merchant: "a", name: "a", credit_version: 2, reason: "grade_d" }]);
    expect(movesBetween(order("a:AA b:A"), after)).toMatchObject([
      { merchant: "a", place: { from: 1, to: null }, excluded: "grade_d" },
    ]);
  });

  it("name a newcomer, unless it may have stood below what was listed", () => {
    const before = order("a:AA");
    expect(movesBetween(before, order("a:AA n:B"))).toMatchObject([{ merchant: "n", place: { from: null, to: 2 } }]);
    before.tally.eligible = 2;
    expect(movesBetween(before, order("a:AA n:B"))).toEqual([]);
  });

  it("are none while only the order among equals changes", () => {
    expect(movesBetween(order("a:AA b:AA"), order("b:AA a:AA"))).toEqual([]);
  });

  it("ask for the grade of one that is listed no more", () => {
    expect(movesBetween(order("a:A b:B"), order("b:B"))).toMatchObject([
      { merchant: "a", place: { from: 1, to: null }, grade: null, gradeBefore: "A" },
    ]);
  });

  it("have a cause of a kind", () => {
    expect(causeWord("breach_verified:0198c5c0")).toBe("breach_verified");
    expect(causeWord("workers")).toBe("workers");
  });
});
