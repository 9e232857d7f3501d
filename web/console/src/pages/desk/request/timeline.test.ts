import { describe, expect, it } from "vitest";

import { type TimelineEntry, whyOffered, withEntry } from "./timeline";

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

  it("says why the platform dispatched what a person was to choose, and why one was asked again", () => {
    const of = (seq: number, kind: TimelineEntry["kind"], merchant: string, by: TimelineEntry["by"]) => ({
      ...entry(seq),
      kind,
      merchant,
      by,
    });
    const [platform, staff] = [{ kind: "platform" } as const, { kind: "staff", id: "s" } as const];
    const entries = [
      entry(1),
      of(2, "offered", "a", platform),
      of(3, "expired", "a", platform),
      of(4, "offered", "b", platform),
      of(5, "declined", "b", staff),
      of(6, "offered", "b", staff),
    ];
    const why = (mode: "auto" | "choose", preferred?: string) =>
      entries.map((one) => whyOffered(one, entries, { mode, preferred }));
    expect(why("choose", "a")).toEqual([null, "citizen", null, "unchosen", null, "again"]);
    expect(why("auto")).toEqual([null, null, null, null, null, "again"]);
  });
});
