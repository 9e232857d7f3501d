import { expect, it } from "vitest";

import { reasonOf } from "./reasons";

it("is nothing until somebody has chosen, and has written what is not on the list", () => {
  expect(reasonOf("", "")).toBeUndefined();
  expect(reasonOf("other", "  ")).toBeUndefined();
  expect(reasonOf("other", " 会修老式锁 ")).toBe("会修老式锁");
  expect(reasonOf("agreed", "")).toBe("agreed");
});
