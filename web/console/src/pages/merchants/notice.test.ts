import { expect, it } from "vitest";

import { subjectOf } from "./notice";

it("leads the merchant to its own page of what it was told about", () => {
  expect(subjectOf("proceeding:7", "m", true)).toBe("/company/cases/7");
  expect(subjectOf("paper:electrician", "m", true)).toBe("/company/papers");
  expect(subjectOf("application:7", "m", true)).toBe("/company/applications");
});

it("leads staff to theirs, which know whose it is", () => {
  expect(subjectOf("objection:7", "m", false)).toBe("/objections/7");
  expect(subjectOf("commitment:cleaning", "m", false)).toBe("/merchants/m?tab=file");
});
