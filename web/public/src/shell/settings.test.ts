import { expect, it } from "vitest";

import { areSettings } from "./settings";

const settings = { city: 330200, zone: "Asia/Shanghai", channels: [] };

it("takes for settings what has all that the pages need", () => {
  expect(areSettings(settings)).toBe(true);
  for (const half of [null, {}, { ...settings, channels: undefined }]) expect(areSettings(half)).toBe(false);
});
