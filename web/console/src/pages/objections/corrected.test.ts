import { expect, it } from "vitest";

import { corrected } from "./corrected";

const given = { social_evaluation: 300, credit_activities: 30, credit_record: 200, demonstration: 0 };

it("sends every dimension with what it should have given, those that were right too", () => {
  expect(corrected(given, { ...given, credit_activities: 40 })).toEqual({ ...given, credit_activities: 40 });
});

it("waits for what is missing, and for what makes somebody better off", () => {
  expect(corrected(given, { ...given, credit_record: null })).toBeNull();
  expect(corrected(given, given)).toBeNull();
  expect(corrected(given, { ...given, social_evaluation: 200, demonstration: 100 })).toBeNull();
});
