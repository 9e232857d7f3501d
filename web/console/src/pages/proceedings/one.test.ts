import { expect, it } from "vitest";

import { clocks, emergencyOf, holdOf, mayAskHearing, type Proceeding } from "./one";

const opened: Proceeding = {
  id: "1",
  allowed_actions: [],
  asks_hearing: false,
  city: 330200,
  class: "minor",
  due: { what: "notice", by: "2026-12-03T00:00:00Z", overdue: false },
  ground: { kind: "finding" },
  merchant: "2",
  notice_by: "2026-12-03T00:00:00Z",
  opened_at: "2026-11-26T00:00:00Z",
  opened_by: "3",
  recused: false,
  repairs: [],
  stage: "opened",
  version: 1,
};

it("shows what is due next, and nothing that has not begun", () => {
  expect(clocks(opened)).toEqual([
    { what: "opened", doneAt: "2026-11-26T00:00:00Z", by: null },
    { what: "notice", doneAt: null, by: "2026-12-03T00:00:00Z" },
  ]);
});

it("lets the time for a reply run until there is one", () => {
  const noticed: Proceeding = {
    ...opened,
    decide_by: "2026-12-17T00:00:00Z",
    notice: {
      announced: "warning",
      at: "2026-11-27T00:00:00Z",
      by: "3",
      reason: "",
      reply_by: "2026-12-04T00:00:00Z",
      hearing_on_request: false,
    },
  };
  const reply = (one: Proceeding) => clocks(one).find((clock) => clock.what === "reply");
  expect(reply(noticed)?.by).toBe("2026-12-04T00:00:00Z");
  expect(reply({ ...noticed, replied_at: "2026-11-28T00:00:00Z" })).toEqual({
    what: "reply",
    doneAt: "2026-11-28T00:00:00Z",
    by: null,
    lapses: true,
  });
});

it("knows a right to a hearing by what the merchant was told, and of none before", () => {
  const notice = { announced: "warning", at: "", by: "3", reason: "", reply_by: "" } as const;
  expect(mayAskHearing({ notice: { ...notice, hearing_on_request: true } })).toBe(true);
  expect(mayAskHearing({ notice: { ...notice, hearing_on_request: false } })).toBe(false);
  expect(mayAskHearing({})).toBe(false);
});

const emergency: NonNullable<Proceeding["emergency"]> = {
  at: "2026-11-26T00:00:00Z",
  by: "3",
  confirm_by: "2026-11-30T00:00:00Z",
  reason: "",
  until: "2026-12-26T00:00:00Z",
};
const suspended: Proceeding = {
  ...opened,
  emergency,
  due: { what: "confirmation", by: "2026-11-30T00:00:00Z", overdue: false },
};
const by = (one: Proceeding) => Object.fromEntries(clocks(one).map((clock) => [clock.what, clock.by]));

it("keeps each clock running while another one is due before it", () => {
  expect(by(suspended)).toEqual({
    opened: null,
    confirmation: "2026-11-30T00:00:00Z",
    notice: "2026-12-03T00:00:00Z",
  });
});

it("asks for nothing that was decided without it, and for no appeal against what was dropped", () => {
  const decision = { at: "2026-12-10T00:00:00Z", by: "4", reason: "", published: false };
  const dropped = { ...suspended, decision: { ...decision, appeal_by: decision.at } };
  expect(by(dropped)).toEqual({ opened: null, decision: null });
  const removed: Proceeding = {
    ...suspended,
    notice: {
      announced: "removal",
      at: "2026-11-27T00:00:00Z",
      by: "3",
      reason: "",
      reply_by: "2026-12-04T00:00:00Z",
      hearing_on_request: false,
    },
    decision: { ...decision, measure: "removal", until: "2027-12-10T00:00:00Z", appeal_by: "2026-12-24T00:00:00Z" },
  };
  expect(by(removed)).toEqual({
    opened: null,
    notice: null,
    decision: null,
    appeal: "2026-12-24T00:00:00Z",
    ban: "2027-12-10T00:00:00Z",
  });
  const appealed = { ...removed, appeal: { at: "2026-12-11T00:00:00Z", decide_by: "2027-01-08T00:00:00Z" } };
  expect(by(appealed)).toMatchObject({ appeal: null, ruling: "2027-01-08T00:00:00Z" });
  expect(clocks(appealed).find(({ what }) => what === "appeal")?.doneAt).toBe("2026-12-11T00:00:00Z");
  const ended = { ...removed, ended_at: "2027-06-10T00:00:00Z" };
  expect(by({ ...ended, stage: "repaired" })).toMatchObject({ ban: "2027-12-10T00:00:00Z" });
  expect(by({ ...ended, stage: "reversed" })).toMatchObject({ reversed: null });
});

it("says how a measure ended: by its time, before it by a repair, or reversed", () => {
  const appeal_by = "2026-12-24T00:00:00Z";
  const decision = { at: "2026-12-10T00:00:00Z", by: "4", reason: "", published: true, appeal_by };
  const last = (stage: Proceeding["stage"]) => {
    const until = "2027-12-10T00:00:00Z";
    const ended = { ...opened, stage, ended_at: "2027-06-10T00:00:00Z" };
    return clocks({ ...ended, decision: { ...decision, measure: "suspension", until } }).at(-1);
  };
  expect(last("expired")).toMatchObject({ what: "until", doneAt: "2027-06-10T00:00:00Z" });
  expect(last("repaired")).toMatchObject({ what: "repaired", doneAt: "2027-06-10T00:00:00Z" });
  expect(last("reversed")).toMatchObject({ what: "reversed", doneAt: "2027-06-10T00:00:00Z" });
});

it("tells what keeps the merchant from orders, and nothing once that is over", () => {
  expect(holdOf(suspended)).toMatchObject({ by: "emergency", confirmBy: "2026-11-30T00:00:00Z" });
  const measure = {
    at: "2026-12-10T00:00:00Z",
    by: "4",
    reason: "x",
    published: true,
    appeal_by: "2026-12-24T00:00:00Z",
  };
  const inForce: Proceeding = {
    ...suspended,
    stage: "in_force",
    decision: { ...measure, measure: "suspension", until: "2027-03-10T00:00:00Z" },
  };
  expect(holdOf(inForce)).toMatchObject({ by: "suspension", until: "2027-03-10T00:00:00Z", reason: "x" });
  expect(holdOf({ ...inForce, ended_at: "2027-03-10T00:00:00Z", stage: "expired" })).toBeNull();
  const removed = { ...inForce, decision: { ...measure, measure: "removal", until: "2027-12-10T00:00:00Z" } } as const;
  const held = { by: "removal", until: null, banUntil: "2027-12-10T00:00:00Z" };
  expect(holdOf(removed)).toMatchObject(held);
  expect(holdOf({ ...removed, ended_at: "2027-12-10T00:00:00Z", stage: "expired" })).toMatchObject(held);
});

it("remembers how an emergency suspension ended", () => {
  expect(emergencyOf(opened)).toBeNull();
  expect(emergencyOf(suspended)).toMatchObject({ how: "runs", to: "2026-12-26T00:00:00Z" });
  const ended = (how: object): Proceeding => ({
    ...suspended,
    emergency: { ...emergency, ended_at: "2026-11-30T00:00:00Z", ...how },
  });
  expect(emergencyOf(ended({}))).toMatchObject({ how: "lapsed", to: "2026-11-30T00:00:00Z" });
  expect(emergencyOf(ended({ confirmed_by: "4" }))).toMatchObject({ how: "over" });
  expect(emergencyOf(ended({ lifted_by: "4", lift_reason: "查清" }))).toMatchObject({
    how: "lifted",
    liftReason: "查清",
  });
  const decision = {
    at: "2026-12-10T00:00:00Z",
    by: "4",
    reason: "",
    published: false,
    appeal_by: "2026-12-10T00:00:00Z",
  };
  expect(emergencyOf({ ...suspended, decision })).toMatchObject({ how: "decided", to: decision.at });
});
