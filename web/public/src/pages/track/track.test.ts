import { describe, expect, it } from "vitest";

import { stepsOf, type Tracked } from "./progress";

describe("the way of a request", () => {
  const tracked = (status: Tracked["status"], ...kinds: Tracked["steps"][number]["kind"][]): Tracked => ({
    status,
    steps: kinds.map((kind) => ({ kind, at: "2026-11-26T02:00:00Z" })),
  });
  const shown = (one: Tracked) => stepsOf(one).map(({ kind, at }) => (at ? kind : `(${kind})`));

  it("goes on from where it stands", () => {
    expect(shown(tracked("accepted", "received", "offered", "accepted"))).toEqual([
      "received",
      "offered",
      "accepted",
      "(completed)",
      "(called_back)",
    ]);
  });

  it("is open again where the merchant that took it gave it back", () => {
    const steps = stepsOf(tracked("offered", "received", "offered", "accepted", "offered"));
    expect(steps.map(({ kind }) => kind).slice(4)).toEqual(["accepted", "completed", "called_back"]);
    expect(steps.flatMap(({ asks }) => asks ?? [])).toEqual(["another"]);
    expect(steps[3]?.asks).toBe("another");
  });

  it("tells the same merchant that is asked again from another one", () => {
    const one = tracked("offered", "received", "offered", "offered");
    const steps = one.steps.map((step, place) => (place === 2 ? { ...step, same_merchant: true } : step));
    expect(stepsOf({ ...one, steps }).map(({ asks }) => asks)).toEqual([
      undefined,
      undefined,
      "again",
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("ends where it is closed or was cancelled", () => {
    expect(shown(tracked("cancelled", "received", "offered", "cancelled"))).toEqual([
      "received",
      "offered",
      "cancelled",
    ]);
    expect(shown(tracked("closed", "received", "called_back"))).toEqual(["received", "called_back"]);
  });
});
