import { expect, test } from "vitest";

import { toRenew } from "./ending";

const NOW = Date.parse("2026-11-26T01:00:00Z");
const whole = (until: string) => ({ missing: [], until });

test("a category waits for its merchant when something is missing or ends within 30 days", () => {
  const lacking = { missing: ["paper:electrician"], until: null };
  expect(toRenew([whole("2027-11-26T00:00:00Z")], NOW)).toBe(0);
  expect(toRenew([whole("2026-12-20T00:00:00Z"), lacking], NOW)).toBe(2);
});
