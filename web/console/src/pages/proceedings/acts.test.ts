import { expect, it } from "vitest";

import { type Act, type Form, isReady } from "./acts";

const empty: Form = {
  text: "",
  measure: "warning",
  months: 1,
  rectifyDays: 10,
  on: null,
  granted: null,
  asksHearing: false,
  association: false,
  legalAdviser: false,
};
const verdicts: Act[] = ["judge_proof", "rule_on_appeal", "decide_repair"];

it("waits for a verdict and its reason, whichever it is", () => {
  for (const act of verdicts) {
    expect(isReady(act, { ...empty, text: "理由" })).toBe(false);
    expect(isReady(act, { ...empty, granted: false })).toBe(false);
    expect(isReady(act, { ...empty, granted: false, text: "理由" })).toBe(true);
    expect(isReady(act, { ...empty, granted: true, text: "理由" })).toBe(true);
  }
});

it("asks for no verdict where none is given", () => {
  expect(isReady("drop", { ...empty, text: "理由" })).toBe(true);
  expect(isReady("confirm_suspension", empty)).toBe(true);
});
