import { expect, it } from "vitest";

import { clausesOf, linesOf } from "./form";

it("takes a line for a clause, and gives it back as it was typed", () => {
  const text = "5.2 上门人员应出示证件\n\n 6.1.3  价格应 事先告知 ";
  const clauses = clausesOf(text);
  expect(clauses).toEqual([
    { number: "5.2", text: "上门人员应出示证件" },
    { number: "6.1.3", text: "价格应 事先告知" },
  ]);
  expect(clausesOf(linesOf(clauses))).toEqual(clauses);
});
