import type { components } from "@kit/api/generated/dispatch";
import { describe, expect, it } from "vitest";

import { inOrder } from "./order";

const job = (id: string, answer_by: string, wanted_at: string): components["schemas"]["Assignment"] => ({
  id,
  answer_by,
  wanted_at,
  allowed_actions: [],
  area: 330203001,
  category: "cleaning",
  credit_version: 1,
  due_by: "2026-11-27T02:00:00Z",
  item: "daily-cleaning",
  merchant: "m",
  offered_at: "2026-11-26T02:00:00Z",
  request: "r",
  state: "offered",
  urgency: "normal",
});
/** As the service gives them; the second moment has a fraction, which a comparison of texts would put first. */
const jobs = [
  job("a", "2026-11-26T02:30:00Z", "2026-11-26T02:10:00Z"),
  job("b", "2026-11-26T02:20:00.5Z", "2026-11-26T09:00:00Z"),
  job("c", "2026-11-26T02:20:00Z", "2026-11-26T08:00:00Z"),
];
const ids = (state: Parameters<typeof inOrder>[0]) => inOrder(state, jobs).map(({ id }) => id);

describe("one's own jobs", () => {
  it("that are offered stand in the order in which they are to be answered", () => {
    expect(ids("offered")).toEqual(["c", "b", "a"]);
  });

  it("that are under way stand in the order in which they are wanted", () => {
    expect(ids("accepted")).toEqual(["a", "c", "b"]);
  });

  it("that are over stay as they come", () => {
    expect(ids("completed")).toEqual(["a", "b", "c"]);
  });
});
