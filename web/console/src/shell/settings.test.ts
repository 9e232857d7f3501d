import { expect, it } from "vitest";

import { areSettings } from "./settings";

const session = { issuer: "/issuer", client_id: "console", idle_minutes: 30 };
const settings = { city: 330200, zone: "Asia/Shanghai", session };

it("takes for settings what has all that the console needs to sign in", () => {
  expect(areSettings(settings)).toBe(true);
  for (const half of [null, {}, { ...settings, session: {} }, { ...settings, city: "330200" }, { session }])
    expect(areSettings(half)).toBe(false);
});
