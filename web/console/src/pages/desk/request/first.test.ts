import { expect, it } from "vitest";

import { firstOf } from "./first";

const by = { kind: "staff", id: "a" } as const;
const assigned = {
  assignment: "x",
  merchant: "m",
  credit_version: 1,
  offered_by: by,
  offered_at: "2026-11-26T06:03:00Z",
  answer_by: "2026-11-26T07:03:00Z",
  already: true,
};

it("is nobody's where nothing was there before", () => {
  expect(firstOf({ ...assigned, already: false }, "m", "a")).toBeNull();
});

it("is the colleague's, whomever both chose", () => {
  const first = { kind: "dispatched", merchant: "m", by, at: assigned.offered_at };
  expect(firstOf(assigned, "m", "b")).toEqual(first);
  expect(firstOf(assigned, "n", "b")).toEqual(first);
});

it("is one's own where the answer to the same choice was lost, and not where one chose another before", () => {
  expect(firstOf(assigned, "m", "a")).toBeNull();
  expect(firstOf(assigned, "n", "a")?.merchant).toBe("m");
});

it("is a choice that waits for a second person", () => {
  const proposal = {
    id: "p",
    request: "r",
    merchant: "m",
    reason: "knows_the_case",
    proposed_by: by,
    proposed_at: "2026-11-26T06:03:00Z",
    decide_by: "2026-11-26T06:33:00Z",
    state: "open",
    allowed_actions: [],
  } as const;
  const found = { proposal: { ...proposal, allowed_actions: [] }, already: true };
  expect(firstOf(found, "n", "b")).toEqual({ kind: "proposed", merchant: "m", by, at: proposal.proposed_at });
});
