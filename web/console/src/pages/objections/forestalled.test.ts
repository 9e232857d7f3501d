import { Refused } from "@kit/api/problem";
import { expect, it } from "vitest";

import { isForestalled, saidByOther } from "./forestalled";

const decision = { by: "first", at: "2026-11-26T06:00:00Z", granted: true, reason: "记录有误" };

it("tells a word of one's own from one that somebody else said first", () => {
  expect(saidByOther({ decision }, "decide", "second")).toEqual(decision);
  expect(saidByOther({ decision }, "decide", "first")).toBeNull();
  expect(saidByOther({ decision }, "examine", "second")).toBeNull();
});

it("knows that another word came first, and takes no older version for it", () => {
  const refused = (code: string) => new Refused("credit", 409, code, "", undefined, [], undefined, undefined);
  expect(isForestalled(refused("conflict"))).toBe(true);
  expect(isForestalled(refused("precondition-failed"))).toBe(false);
});
