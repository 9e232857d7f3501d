import { expect, it } from "vitest";

import { actsOf } from "./acts";

const code = (outcome: "passed" | "missing") => ({ kind: "code", outcome, evidence: "" }) as const;

it("looks the code up before anything else", () => {
  expect(actsOf({ allowed_actions: ["attest_code", "refuse"], checks: [code("missing")] })).toEqual([
    { act: "attest_code", isNext: true },
    { act: "refuse", isNext: false },
  ]);
});

it("makes it public next once every check is passed, and still lets the code be looked up again", () => {
  expect(actsOf({ allowed_actions: ["attest_code", "publish"], checks: [code("passed")] })).toEqual([
    { act: "publish", isNext: true },
    { act: "attest_code", isNext: false },
  ]);
});

it("never puts forward what turns somebody away", () => {
  expect(actsOf({ allowed_actions: ["answer_remark", "refuse"], checks: [] })).toEqual([
    { act: "refuse", isNext: false },
  ]);
});
