import { describe, expect, it } from "vitest";

import { othersIn } from "./presence";

describe("who else is there", () => {
  it("is told by the event, the first that came first", () => {
    const others = [
      { id: "a", name: "李雯", since: "2026-11-26T07:00:00Z" },
      { id: "b", since: "2026-11-26T07:01:00Z" },
    ];
    expect(othersIn(JSON.stringify({ others }))).toEqual(others);
  });

  it("is nobody where the last one left", () => {
    expect(othersIn('{"others":[]}')).toEqual([]);
    expect(othersIn("{}")).toEqual([]);
  });
});
