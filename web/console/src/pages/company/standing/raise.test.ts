import { expect, it } from "vitest";

import { heldBy, lacking } from "./raise";

const rules = {
  bands: [
    { grade: "AAA", score_min: 850 },
    { grade: "A", score_min: 650 },
    { grade: "B", score_min: 450 },
  ],
  gates: [{ grade: "A", callbacks_min: 10, lower_bound_permille: 600 }],
} as const;

const evidence = (satisfied: number, unsatisfied: number, sure_permille: number) => ({
  satisfied,
  unsatisfied,
  sure_permille,
});

it("says what the next grade asks for and what of it is there", () => {
  expect(lacking("B", 610, evidence(3, 1, 300), rules)).toEqual({
    grade: "A",
    scoreMin: 650,
    points: 40,
    callbacks: { min: 10, lacking: 6, lowerBoundPermille: 600, sure: { permille: 300, lacking: 300 } },
  });
});

it("asks for nothing that is there already", () => {
  const enough = { points: 0, callbacks: { lacking: 0, sure: { lacking: 0 } } };
  expect(lacking("B", 700, evidence(19, 1, 600), rules)).toMatchObject(enough);
});

it("has nothing above the best", () => {
  expect(lacking("AAA", 900, evidence(100, 0, 960), rules)).toBeNull();
});

it("tells of the finding that holds the grade, whatever score and call-backs say", () => {
  const capped = {
    ...rules,
    breach: { minor: { cap: "AA" }, general: { cap: "B" }, serious: { cap: "B" } },
    open_serious_cap: "C",
  } as const;
  const minor = { severity: "minor" } as const;
  expect(heldBy("B", [minor, { severity: "serious" }], capped)).toEqual({ severity: "serious", cap: "C" });
  expect(heldBy("A", [minor, { severity: "general" }], capped)).toEqual({ severity: "general", cap: "B" });
  expect(heldBy("B", [minor], capped)).toBeNull();
  expect(heldBy("B", [{ severity: "serious" }], rules)).toBeNull();
});
