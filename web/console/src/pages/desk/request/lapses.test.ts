import { expect, it } from "vitest";

import { lapsesOf, unservedSince } from "./lapses";
import type { Offer } from "./offers";
import type { TimelineEntry } from "./timeline";

const entry = (seq: number, kind: TimelineEntry["kind"], merchant?: string): TimelineEntry => ({
  seq,
  kind,
  merchant,
  at: `2026-11-26T11:${10 + seq}:00Z`,
  by: { kind: "platform" },
});
const excluded = (merchant: string, reason: "already_tried" | "closed") => ({
  merchant,
  name: `企业${merchant}`,
  reason,
  credit_version: 1,
});
const entries = [
  entry(1, "offered", "a"),
  entry(2, "declined", "a"),
  entry(3, "offered", "b"),
  entry(4, "expired", "b"),
  entry(5, "unserved"),
  entry(6, "offered", "a"),
  entry(7, "expired", "a"),
  entry(8, "unserved"),
];

it("tells how the last offer of each who had its chance ended, and of nobody else", () => {
  const exclusions = [excluded("a", "already_tried"), excluded("b", "already_tried"), excluded("c", "closed")];
  expect(lapsesOf({ exclusions }, entries, [])).toEqual([
    { merchant: "a", name: "企业a", how: { kind: "expired", at: "2026-11-26T11:17:00Z" } },
    { merchant: "b", name: "企业b", how: { kind: "expired", at: "2026-11-26T11:14:00Z" } },
  ]);
});

it("says why it was declined, where dispatch knows the offer", () => {
  const offer = { merchant: "a", ended_at: "2026-11-26T11:12:00Z", decline_reason: "busy" } as Offer;
  const [lapse] = lapsesOf({ exclusions: [excluded("a", "already_tried")] }, entries.slice(0, 2), [offer]);
  expect(lapse?.how).toEqual({ kind: "declined", at: offer.ended_at, reason: "busy" });
});

it("says nothing of how where the timeline has not come yet", () => {
  expect(lapsesOf({ exclusions: [excluded("a", "already_tried")] }, [], [])[0]?.how).toBeNull();
});

it("knows since when nobody can be found, the last time", () => {
  expect(unservedSince(entries)).toBe("2026-11-26T11:18:00Z");
  expect(unservedSince([])).toBeUndefined();
});
