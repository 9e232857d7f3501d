import { Refused } from "@kit/api/problem";
import { expect, it } from "vitest";

import { recordedFirst } from "./recorded";

const refused = (code: string, members: Record<string, unknown>) =>
  new Refused("feedback", 409, code, "", undefined, [], undefined, undefined, members);

it("tells who recorded the call first, when, and what stands", () => {
  const told = { by: "p", at: "2026-11-26T02:00:00Z" };
  expect(recordedFirst(refused("already-recorded", { ...told, stands: "satisfied" }))).toEqual({
    ...told,
    outcome: "satisfied",
  });
});

it("is silent about every other trouble", () => {
  expect(recordedFirst(refused("not-claimed", {}))).toBeNull();
  expect(recordedFirst(refused("already-recorded", { stands: "unheard-of", by: "p", at: "" }))).toBeNull();
  expect(recordedFirst(new TypeError("offline"))).toBeNull();
});
