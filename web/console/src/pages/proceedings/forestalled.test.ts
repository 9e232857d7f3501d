import { expect, it } from "vitest";

import { ruledByOther } from "./forestalled";

const [AT, LATER] = ["2026-11-26T02:00:00Z", "2026-11-26T03:00:00Z"];
const opened = { repairs: [] };
const decision = { by: "first", at: AT, reason: "", published: false, appeal_by: LATER };
const granted = { by: "first", at: AT, granted: true, reason: "" };
const emergency = { by: "officer", at: AT, reason: "", confirm_by: LATER, until: LATER };

it("says who decided first, with what measure, or that the case was dropped", () => {
  const removed = { ...opened, decision: { ...decision, measure: "removal" } } as const;
  expect(ruledByOther("impose", opened, removed, "second")).toEqual({ by: "first", at: AT, how: "removal" });
  expect(ruledByOther("drop", opened, { ...opened, decision }, "second")).toMatchObject({ how: "dropped" });
});

it("says nothing where it was oneself, in another tab, or nobody", () => {
  expect(ruledByOther("impose", opened, { ...opened, decision }, "first")).toBeNull();
  expect(ruledByOther("impose", opened, opened, "second")).toBeNull();
  expect(ruledByOther("notify", opened, { ...opened, decision }, "second")).toBeNull();
});

it("takes a verdict of before for nobody's interference", () => {
  const judged = { ...opened, rectification: { due_by: LATER, accepted: false, verdicts: [granted] } };
  expect(ruledByOther("judge_proof", judged, judged, "second")).toBeNull();
  const again = { ...granted, at: LATER, granted: false };
  const anew = { ...judged, rectification: { ...judged.rectification, verdicts: [granted, again] } };
  expect(ruledByOther("judge_proof", judged, anew, "second")).toEqual({ by: "first", at: LATER, how: "rejected" });
});

it("knows a ruling on an appeal and on the last repair that was decided", () => {
  const plea = { at: AT, decide_by: LATER };
  expect(
    ruledByOther(
      "rule_on_appeal",
      { ...opened, appeal: plea },
      { ...opened, appeal: { ...plea, verdict: granted } },
      "second",
    ),
  ).toMatchObject({ how: "granted" });
  const repairs = [{ ...plea, verdict: granted }, plea];
  expect(ruledByOther("decide_repair", { repairs: [plea] }, { repairs }, "second")).toMatchObject({ by: "first" });
});

it("tells of a suspension that was confirmed or lifted, and of the decision that took its place", () => {
  const before = { ...opened, emergency };
  const confirmed = { ...opened, emergency: { ...emergency, confirmed_by: "first" } };
  const lifted = { ...opened, emergency: { ...emergency, lifted_by: "first", ended_at: LATER } };
  expect(ruledByOther("confirm_suspension", before, confirmed, "second")).toEqual({ by: "first", how: "confirmed" });
  expect(ruledByOther("confirm_suspension", before, lifted, "second")).toMatchObject({ at: LATER, how: "lifted" });
  expect(ruledByOther("lift_suspension", before, { ...before, decision }, "second")).toMatchObject({ how: "dropped" });
  // It can still be lifted.
  expect(ruledByOther("lift_suspension", before, confirmed, "second")).toBeNull();
});
