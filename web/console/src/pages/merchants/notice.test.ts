import { expect, it } from "vitest";

import { hearingMoved, subjectOf, undoneOf } from "./notice";

it("leads the merchant to its own page of what it was told about", () => {
  expect(subjectOf("proceeding:7", "m", true)).toBe("/company/cases/7");
  expect(subjectOf("paper:electrician", "m", true)).toBe("/company/papers");
  expect(subjectOf("application:7", "m", true)).toBe("/company/applications");
});

it("leads staff to theirs, which know whose it is", () => {
  expect(subjectOf("objection:7", "m", false)).toBe("/objections/7");
  expect(subjectOf("commitment:cleaning", "m", false)).toBe("/merchants/m?tab=file");
});

it("tells of a breach that it was taken back, and when, but not of one whose time was over", () => {
  const breach = { kind: "breach_recorded", subject: "case:7" } as const;
  const undone = (cause: string) => new Map([["7", { cause, recorded_at: "2026-11-26T02:00:00Z" }]]);
  expect(undoneOf(breach, undone("reversal:1"))).toEqual({ how: "reversed", at: "2026-11-26T02:00:00Z" });
  expect(undoneOf(breach, undone("repair:1"))?.how).toBe("repaired");
  expect(undoneOf(breach, undone("expiry:1"))).toBeUndefined();
  expect(undoneOf({ kind: "noticed", subject: "proceeding:7" }, undone("reversal:1"))).toBeUndefined();
  expect(undoneOf(breach, undefined)).toBeUndefined();
});

it("says of a hearing that was called again when it is now, and of the call that stands when it was to be", () => {
  const call = (id: string, date: string, subject = "proceeding:7") =>
    ({ id, kind: "hearing_called", subject, date }) as const;
  const [first, other, second] = [
    call("1", "2026-12-02"),
    call("2", "2026-12-03", "proceeding:8"),
    call("3", "2026-12-09"),
  ];
  const notices = [second, other, first];
  expect(hearingMoved(first, notices)).toEqual({ to: "2026-12-09" });
  expect(hearingMoved(second, notices)).toEqual({ from: "2026-12-02" });
  expect(hearingMoved(other, notices)).toBeUndefined();
});
