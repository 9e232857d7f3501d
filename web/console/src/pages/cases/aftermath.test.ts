import { expect, it } from "vitest";

import { entry } from "../merchants/sample";
import { undone } from "./aftermath";

it("knows by its case which verified breach was taken back, and by what", () => {
  const breaches = [entry("a", "breach_verified:one"), entry("b", "breach_verified:other")];
  const reversal = entry("c", "reversal:a");
  expect([...undone(breaches, new Map([["a", reversal]]))]).toEqual([["one", reversal]]);
});
