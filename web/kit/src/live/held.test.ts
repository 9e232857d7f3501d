import { describe, expect, it } from "vitest";

import { hold, keep } from "./held";

const rows = (ids: string) => [...ids].map((id) => ({ id }));
const held = (shown: string, newest: string, row: string | null) =>
  hold(rows(shown), rows(newest), row, (one) => one.id)
    .map((one) => one.id)
    .join("");

describe("a live list", () => {
  it("is the newest order while nobody holds a row", () => {
    expect(held("abcd", "dcba", null)).toBe("dcba");
  });

  it("moves the others around the row that is held", () => {
    expect(held("abcd", "dcba", "b")).toBe("dbca");
    expect(held("abcd", "bcda", "a")).toBe("abcd");
  });

  it("keeps a held row in sight that is gone, and takes newcomers in", () => {
    expect(held("abcd", "acde", "b")).toBe("abcde");
  });

  it("keeps it at the end when the list gets shorter", () => {
    expect(held("abcd", "a", "d")).toBe("ad");
  });

  it("shows the newest content of the row that is held", () => {
    const [row] = hold([{ id: "a", n: 1 }], [{ id: "a", n: 2 }], "a", (one) => one.id);
    expect(row?.n).toBe(2);
  });

  it("keeps every row in its place while one of them is used", () => {
    const kept = keep(rows("abc"), rows("dcb"), (one) => one.id);
    expect(kept.map((one) => one.id).join("")).toBe("abcd");
  });
});
