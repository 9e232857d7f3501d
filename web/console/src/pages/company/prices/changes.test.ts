import { expect, it } from "vitest";

import { changeOf, emptyLine, fen } from "./changes";

it("reads yuan into fen without rounding", () => {
  expect(["12", "12.5", "12.05", " 0.1 "].map(fen)).toEqual([1200, 1250, 1205, 10]);
});

it("takes nothing for an amount that is none", () => {
  for (const typed of ["", "-1", "1.234", "1e3", "十", "1,000"]) expect(fen(typed)).toBeNull();
});

it("posts a range with its extra charges", () => {
  const line = {
    ...emptyLine(),
    item: "bathing",
    from: "150",
    to: "200",
    extras: [{ name: "夜间", amount: "30", unit: "" }],
  };
  expect(changeOf(line)).toMatchObject({
    item: "bathing",
    price: { from: 15000, to: 20000, unit: "次", surcharges: [{ name: "夜间", amount: 3000 }] },
  });
});

it("posts nothing while something lacks", () => {
  const whole = { ...emptyLine(), item: "bathing", from: "150" };
  for (const lacking of [
    { item: "" },
    { from: "" },
    { to: "100" },
    { unit: " " },
    { extras: [{ name: "", amount: "1", unit: "" }] },
  ])
    expect(changeOf({ ...whole, ...lacking })).toBeNull();
  expect(changeOf({ ...whole, gone: true, from: "" })).toEqual({ item: "bathing", price: null, valid_from: null });
});
