import { describe, expect, it } from "vitest";

import { together } from "./colleagues";

/** A directory in which everybody but a nobody has a name, and what it was asked. */
function directory() {
  const asked: string[][] = [];
  const nameOf = together(async (ids) => {
    asked.push(ids);
    return new Map(ids.filter((id) => id !== "nobody").map((id) => [id, `小${id}`]));
  });
  return { asked, nameOf };
}

describe("the names of colleagues", () => {
  it("are asked for in one question, each once, by whoever needs them in one turn", async () => {
    const { asked, nameOf } = directory();
    expect(await Promise.all(["a", "nobody", "a"].map(nameOf))).toEqual(["小a", null, "小a"]);
    expect(asked).toEqual([["a", "nobody"]]);
    expect(await nameOf("b")).toBe("小b");
    expect(asked).toHaveLength(2);
  });

  it("are asked for a hundred at a time", async () => {
    const { asked, nameOf } = directory();
    const ids = Array.from({ length: 201 }, (_, place) => String(place));
    expect(await Promise.all(ids.map(nameOf))).toEqual(ids.map((id) => `小${id}`));
    expect(asked.map((some) => some.length)).toEqual([100, 100, 1]);
  });

  it("can be asked for again where the directory was away", async () => {
    let isAway = true;
    const nameOf = together(async () => {
      if (isAway) throw new Error("away");
      return new Map([["a", "小禾"]]);
    });
    await expect(nameOf("a")).rejects.toThrow("away");
    isAway = false;
    expect(await nameOf("a")).toBe("小禾");
  });
});
