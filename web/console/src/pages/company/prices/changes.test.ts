import { expect, it } from "vitest";

import { asPosted, changeOf, emptyLine, fen, wrongs } from "./changes";

const TODAY = "2026-11-25T16:00:00.000Z";

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
  expect(changeOf(line, TODAY)).toMatchObject({
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
    expect(changeOf({ ...whole, ...lacking }, TODAY)).toBeNull();
  expect(changeOf({ ...whole, gone: true, from: "" }, TODAY)).toEqual({
    item: "bathing",
    price: null,
    valid_from: null,
  });
});

it("names at its field what is wrong", () => {
  const whole = { ...emptyLine(), item: "bathing", from: "150" };
  expect(wrongs(whole, TODAY)).toEqual({});
  expect(wrongs({ ...whole, from: "十", to: "1" }, TODAY)).toEqual({ from: "amount" });
  expect(wrongs({ ...whole, to: "100", unit: "" }, TODAY)).toEqual({ to: "order", unit: "lacks" });
});

it("begins today at the earliest", () => {
  const whole = { ...emptyLine(), item: "bathing", from: "150" };
  expect(wrongs({ ...whole, validFrom: TODAY }, TODAY)).toEqual({});
  expect(wrongs({ ...whole, validFrom: "2026-11-25T15:59:59.000Z" }, TODAY)).toEqual({ validFrom: "past" });
});

it("begins with the price in force, not with one that is planned", () => {
  const at = (valid_from: string, from: number) => ({
    item: "bathing",
    price: { from, unit: "小时" },
    recorded_at: TODAY,
    valid_from,
  });
  const entries = [at("2026-11-01T00:00:00Z", 12050), at("2026-12-01T00:00:00Z", 20000)];
  const line = { ...emptyLine(), item: "bathing" };
  expect(asPosted(line, entries, Date.parse(TODAY))).toMatchObject({ from: "120.50", to: "", unit: "小时" });
  expect(asPosted({ ...line, item: "cooking" }, entries, Date.parse(TODAY))).toMatchObject({ from: "", unit: "次" });
});
