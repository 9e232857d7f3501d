import { expect, it } from "vitest";

import { begin } from "./open";

it("begins where letters are, and at the first service where there are none", () => {
  expect(begin({ intake: 0, dispatch: null, feedback: 1, credit: 2 })).toBe("feedback");
  expect(begin({ intake: 0, dispatch: 0, feedback: 0, credit: null })).toBe("intake");
});
