import { expect, it } from "vitest";

import { passedOf } from "./trainings";

const record = (happening: object) => ({ happening });

it("lets stars rest on what was passed alone", () => {
  const training = { number: "甬培-1", title: "养老护理", provider: "x", finished_at: "2026-05-01T00:00:00Z" };
  const records = [
    record({ kind: "trained", training: { ...training, result: "passed" } }),
    record({ kind: "trained", training: { ...training, number: "甬培-2", result: "failed" } }),
    record({ kind: "left", merchant: "m" }),
    record({}),
  ];
  expect(passedOf(records)).toEqual([{ number: "甬培-1", title: "养老护理" }]);
});
