import { describe, expect, it } from "vitest";

import { type Balance, marked, nameOf, standing, STILL_MS } from "./still";

const balance = (changes: Partial<Balance> = {}): Balance => ({
  consumer: "c",
  stream: "S",
  received: 10,
  done: 7,
  dead_lettered: 1,
  waiting: 2,
  owed: 2,
  missing: 0,
  whole: true,
  ...changes,
});
const after = (first: Balance, then: Balance, now: number) => {
  const marks = marked(marked(new Map(), [first], 0), [then], now);
  return standing(then, marks.get(nameOf(then)), now);
};

describe("how a consumer stands", () => {
  it("stands still when something waits and nothing is seen to", () => {
    expect(after(balance(), balance({ waiting: 5 }), STILL_MS)).toBe("still");
  });

  it("is behind while it moves, and at the first reading", () => {
    expect(after(balance(), balance({ done: 8 }), STILL_MS)).toBe("behind");
    expect(after(balance(), balance(), STILL_MS - 1)).toBe("behind");
  });

  it("is well when nothing waits, however long nothing happens", () => {
    expect(after(balance({ waiting: 0 }), balance({ waiting: 0 }), 10 * STILL_MS)).toBe("well");
  });

  it("counts from when something began to wait", () => {
    expect(after(balance({ waiting: 0 }), balance({ waiting: 0 }), STILL_MS)).toBe("well");
    const marks = marked(marked(new Map(), [balance({ waiting: 0 })], 50_000), [balance()], 55_000);
    expect(standing(balance(), marks.get("S c"), 55_000)).toBe("behind");
  });

  it("says before all else that something is lost", () => {
    expect(after(balance({ missing: 1 }), balance({ missing: 1 }), STILL_MS)).toBe("lost");
  });
});
