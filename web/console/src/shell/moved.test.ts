import { type Fault, Refused } from "@kit/api/problem";
import { expect, it } from "vitest";

import { mayHaveMoved } from "./moved";

const refused = (code: string, faults: Fault[] = []) =>
  new Refused("credit", 409, code, "", undefined, faults, undefined, undefined);

it("takes a step that was taken, another word or an older version for what somebody else did", () => {
  for (const code of ["not-now", "conflict", "precondition-failed"]) expect(mayHaveMoved(refused(code))).toBe(true);
});

it("takes a field that is wrong, or a lost network, for one's own matter", () => {
  expect(mayHaveMoved(refused("text-missing"))).toBe(false);
  expect(mayHaveMoved(refused("conflict", [{ pointer: "#/as_of", code: "invalid-value", detail: "" }]))).toBe(false);
  expect(mayHaveMoved(new TypeError("failed to fetch"))).toBe(false);
});
