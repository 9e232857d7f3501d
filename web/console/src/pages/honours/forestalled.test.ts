import { expect, it } from "vitest";

import { saidByOther } from "./forestalled";

const ruling = { by: "first", at: "2026-11-26T02:00:00Z", reason: "" };
const later = { by: "third", at: "2026-11-26T03:00:00Z", reason: "" };
const proposed = { state: "proposed" } as const;

it("says who decided on the proposal first, and how", () => {
  expect(saidByOther("decide", proposed, { state: "granted", decision: ruling }, "second")).toEqual({
    by: "first",
    at: ruling.at,
    how: "agree",
  });
  const rejected = { state: "rejected", decision: ruling } as const;
  expect(saidByOther("decide", proposed, rejected, "second")).toMatchObject({ how: "disagree" });
  expect(saidByOther("decide", proposed, rejected, "first")).toBeNull();
  expect(saidByOther("decide", proposed, proposed, "second")).toBeNull();
});

it("tells a decision on the doubt from that on the proposal before it", () => {
  const questioned = { state: "questioned", decision: ruling, question: ruling } as const;
  expect(saidByOther("decide", questioned, questioned, "second")).toBeNull();
  const revoked = { ...questioned, state: "revoked", answer: later } as const;
  expect(saidByOther("decide", questioned, revoked, "second")).toEqual({ by: "third", at: later.at, how: "agree" });
  expect(saidByOther("decide", questioned, { ...revoked, state: "granted" }, "second")).toMatchObject({
    how: "disagree",
  });
});

it("says who doubted it first, and takes an older doubt for none", () => {
  const kept = { state: "granted", decision: ruling, question: ruling, answer: ruling } as const;
  expect(saidByOther("question", kept, { ...kept, state: "questioned", question: later }, "second")).toMatchObject({
    by: "third",
    how: "doubted",
  });
  expect(saidByOther("question", kept, kept, "second")).toBeNull();
});
