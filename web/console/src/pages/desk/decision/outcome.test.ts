import { describe, expect, it } from "vitest";

import { readDecision } from "./outcome";

const CANDIDATE = {
  merchant: "m",
  name: "慈溪市兴伴居家养老服务有限公司",
  grade: "AAA",
  arrival: "on_time",
  proximity: "same_district",
  served_permille: 12,
  open: 1,
  capacity: 34,
  reserved: false,
  under_objection: false,
  behind_by: "grade",
};

describe("a decision record", () => {
  it("says who was chosen, from which order, and why not the first", () => {
    const read = readDecision(
      {
        choice: {
          reason: { code: "knows_the_case", note: null },
          by: { kind: "staff", id: "one" },
          approved_by: { kind: "staff", id: "another" },
        },
        contenders: [{ merchant: "m", name: "慈溪" }],
      },
      {
        recommendation: { candidates: [CANDIDATE] },
        chosen: { merchant: "m", position: 2, overridden: true, credit_version: 1 },
      },
    );
    expect(read).toEqual({
      candidates: [CANDIDATE],
      chosen: { merchant: "m", name: "慈溪", position: 2, overridden: true },
      again: false,
      by: { kind: "staff", id: "one" },
      approvedBy: { kind: "staff", id: "another" },
      reason: { code: "knows_the_case", note: "" },
    });
  });

  it("names nobody where the platform or a channel chose", () => {
    const by = (kind: string) => readDecision({ choice: { by: { kind, channel: "app" }, approved_by: null } }, null);
    expect([by("platform"), by("channel")]).toMatchObject([
      { by: null, approvedBy: null },
      { by: null, approvedBy: null },
    ]);
  });

  it("of another policy is read as far as it goes", () => {
    const old = { ...CANDIDATE, behind_by: "distance", under_objection: undefined };
    const read = readDecision({}, { recommendation: { candidates: [old, { grade: "Z" }, 7] } });
    expect(read.candidates).toHaveLength(1);
    expect(read.candidates[0]).toMatchObject({ behind_by: null, under_objection: false });
    expect(readDecision(null, "nothing")).toEqual({
      candidates: [],
      chosen: null,
      again: false,
      by: null,
      approvedBy: null,
      reason: null,
    });
  });
});
