import { expect, it } from "vitest";

import { Refused } from "../api/problem";
import { ourFailure } from "./citizens";

const refused = (status: number, code: string) =>
  new Refused("credit", status, code, "", undefined, [], undefined, undefined);

it("tells our failures apart from what the citizen or the network did", () => {
  expect(ourFailure(refused(503, "unavailable"))).toBe("citizen-busy");
  expect(ourFailure(refused(500, "internal"))).toBe("citizen-broken");
  expect(ourFailure(refused(502, "http-502"))).toBe("citizen-broken");
  for (const other of [refused(429, "too-many"), refused(404, "not-found"), new TypeError("away")])
    expect(ourFailure(other)).toBeNull();
});
