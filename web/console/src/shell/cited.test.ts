import { describe, expect, it } from "vitest";

import { citedIn, demand, withCited } from "./cited";

const price = { cite: "price-as-posted", text: "按公示价格收费" };
const standard = { cite: "DB33/T 2396-2021#5.2", text: "出示证件〔原件〕" };

describe("the clause at the head of a note", () => {
  it("is found again by whoever reads it", () => {
    for (const clause of [price, standard]) expect(citedIn(withCited("加收了 50 元。", clause))).toBe(clause.cite);
  });

  it("gives way to another one, and to none, and leaves the words as they were", () => {
    const noted = withCited(withCited("加收了〔他说的〕50 元。", price), standard);
    expect(noted.endsWith("\n加收了〔他说的〕50 元。")).toBe(true);
    expect(withCited(noted, undefined)).toBe("加收了〔他说的〕50 元。");
  });

  it("is none where the citizen's words alone stand", () => {
    for (const note of [undefined, null, "", "价格不对〔price-as-posted：x〕"]) expect(citedIn(note)).toBeUndefined();
  });
});

it("says what a clause demands in English where it is said in English", () => {
  const own = { text: "明码标价", text_en: "Prices are posted" };
  expect([demand(own, "en"), demand(own, "zh"), demand({ text: "5.2" }, "en")]).toEqual([
    "Prices are posted",
    "明码标价",
    "5.2",
  ]);
});
