import { describe, expect, it } from "vitest";

import { codeOf } from "./code";
import { stepsOf, type Tracked } from "./progress";

describe("a tracking code", () => {
  it("is read as people type it", () => {
    for (const text of ["7q2xk0m9rvt4hab", " 7Q2XK-OM9RV-T4HAB ", "7Q2XK 0M9RV T4HAB"])
      expect(codeOf(text), text).toBe("7Q2XK-0M9RV-T4HAB");
    expect(codeOf("ooooo-ooooo-oooil")).toBe("00000-00000-00011");
  });

  it("is none while a digit is missing, one is too many or one is none of them", () => {
    for (const text of ["", "content", "7Q2XK-0M9RV-T4HA", "7Q2XK-0M9RV-T4HAB1", "7Q2XK-0M9RV-T4HAU"])
      expect(codeOf(text), text).toBeNull();
  });
});

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
    expect(steps.map(({ isAgain }) => isAgain)).toEqual([false, false, false, true, false, false, false]);
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
