import { expect, test } from "vitest";

import type { Proceeding } from "../../proceedings/one";
import { ownDue } from "./acts";

const noticed: Proceeding = {
  id: "1",
  allowed_actions: ["reply"],
  asks_hearing: false,
  city: 330200,
  class: "minor",
  decide_by: "2026-12-17T00:00:00Z",
  due: { what: "decision", by: "2026-12-17T00:00:00Z", overdue: false },
  ground: { kind: "finding" },
  merchant: "2",
  notice: {
    announced: "warning",
    at: "2026-11-26T00:00:00Z",
    by: "3",
    reason: "",
    reply_by: "2026-12-03T00:00:00Z",
    hearing_on_request: false,
  },
  notice_by: "2026-12-03T00:00:00Z",
  opened_at: "2026-11-26T00:00:00Z",
  opened_by: "3",
  recused: false,
  repairs: [],
  stage: "noticed",
  version: 2,
};

test("a company is shown its own deadline before that of the platform", () => {
  expect(ownDue(noticed)).toEqual({ act: "reply", by: "2026-12-03T00:00:00Z" });
});

test("what it can not do any more has no deadline of its own", () => {
  expect(ownDue({ ...noticed, allowed_actions: [] })).toBeNull();
});
