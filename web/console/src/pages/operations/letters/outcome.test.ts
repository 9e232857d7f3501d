import { Refused } from "@kit/api/problem";
import { describe, expect, it } from "vitest";

import type { Letter } from "../services";
import { answered, each, open } from "./outcome";

const letter = (id: string, allowed_actions: Letter["allowed_actions"] = ["redrive", "discard"]): Letter => ({
  id,
  consumer: "c",
  stream: "S",
  stream_seq: 1,
  subject: "s",
  reason: "r",
  deliveries: 5,
  died_at: "2026-11-26T05:00:00Z",
  state: "open",
  allowed_actions,
});
const refused = (status: number, code: string) =>
  new Refused("intake", status, code, "title", "why", [], undefined, undefined);

describe("what became of several letters", () => {
  it("goes on after one that is refused", async () => {
    const outcomes = await each(["a", "b"], async (id) => {
      if (id === "a") throw refused(409, "dead-letter-seen-to");
      return { letter: letter(id) };
    });
    expect(outcomes.map(({ id, code }) => [id, code])).toEqual([
      ["a", "dead-letter-seen-to"],
      ["b", null],
    ]);
  });

  it("ends where the trouble is not about the letter", async () => {
    const done: string[] = [];
    const all = each(["a", "b"], async (id) => {
      done.push(id);
      throw refused(503, "unavailable");
    });
    await expect(all).rejects.toThrow("why");
    expect(done).toEqual(["a"]);
  });

  it("takes the detail before the title", () => {
    const problem = { code: "still-refused", title: "title", detail: "no such merchant" };
    expect(answered({ id: "a", problem }).detail).toBe("no such merchant");
  });

  it("takes those that may be done, a hundred at most", () => {
    expect(open([letter("a"), letter("b", ["discard"])], "redrive")).toEqual(["a"]);
    expect(
      open(
        Array.from({ length: 130 }, (_, n) => letter(`${n}`)),
        "redrive",
      ),
    ).toHaveLength(100);
  });
});
