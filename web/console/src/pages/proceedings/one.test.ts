import { expect, it } from "vitest";

import { clocks, type Proceeding } from "./one";

const opened: Proceeding = {
  id: "1",
  allowed_actions: [],
  asks_hearing: false,
  city: 330200,
  class: "minor",
  due: { what: "notice", by: "2026-12-03T00:00:00Z", overdue: false },
  ground: { kind: "finding" },
  merchant: "2",
  opened_at: "2026-11-26T00:00:00Z",
  opened_by: "3",
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
    due: { what: "decision", by: "2026-12-17T00:00:00Z", overdue: false },
    notice: { announced: "warning", at: "2026-11-27T00:00:00Z", by: "3", reason: "", reply_by: "2026-12-04T00:00:00Z" },
  };
  const reply = (one: Proceeding) => clocks(one).find((clock) => clock.what === "reply");
  expect(reply(noticed)?.by).toBe("2026-12-04T00:00:00Z");
  expect(reply({ ...noticed, replied_at: "2026-11-28T00:00:00Z" })).toEqual({
    what: "reply",
    doneAt: "2026-11-28T00:00:00Z",
    by: null,
  });
});
