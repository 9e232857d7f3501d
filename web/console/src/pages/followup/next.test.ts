import { describe, expect, it } from "vitest";

import { type Callback, nextCall } from "./next";

const call = (id: string, ...allowed_actions: Callback["allowed_actions"]): Callback => ({
  id,
  allowed_actions,
  assignment: "a",
  attempts: [],
  area: 330203001,
  category: "cleaning",
  city: 330200,
  completed_at: "2026-11-25T07:00:00Z",
  due_at: "2026-11-26T01:00:00Z",
  item: "daily-cleaning",
  merchant: "m",
  request: "r",
  state: "waiting",
  version: 1,
});
const list = [call("a", "claim"), call("b", "outcome"), call("c"), call("d", "claim")];

describe("the next call", () => {
  it("is the next one below that may be worked on", () => {
    expect(nextCall(list, "b")?.id).toBe("d");
  });

  it("is from the top again at the end of the list, or when the done one is gone from it", () => {
    expect(nextCall(list, "d")?.id).toBe("a");
    expect(nextCall(list, "z")?.id).toBe("a");
  });

  it("is none when nothing is left", () => {
    expect(nextCall([call("a", "claim"), call("c")], "a")).toBeUndefined();
  });
});
