import { describe, expect, it } from "vitest";

import { type TimelineEntry, withEntry } from "./timeline";

const entry = (seq: number): TimelineEntry => ({
  seq,
  kind: "received",
  at: "2026-11-26T07:00:00Z",
  by: { kind: "platform" },
});

describe("a timeline", () => {
  it("has each entry once and in its place, however they come", () => {
    const all = [2, 1, 2, 3, 1].reduce((entries, seq) => withEntry(entries, entry(seq)), [] as TimelineEntry[]);
    expect(all.map((one) => one.seq)).toEqual([1, 2, 3]);
  });
});
