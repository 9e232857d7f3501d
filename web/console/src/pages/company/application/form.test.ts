import { Refused } from "@kit/api/problem";
import { expect, it } from "vitest";

import { applicationOf, emptyForm, isCodeRefused, type Person } from "./form";

const person: Person = { role: "legal_representative", name: "沈国强", kind: "resident", number: "11010519491231002x" };
const form = {
  ...emptyForm(),
  name: "甬和家政",
  code: "92330200du2f6wdmum",
  categories: ["cleaning"],
  home: 1,
  areas: [1],
};

it("says of whom it is by kind and number of the document", () => {
  expect(applicationOf(330200, form, [person])).toMatchObject({
    code: "92330200DU2F6WDMUM",
    holders: [{ role: "legal_representative", document: "resident:11010519491231002X" }],
  });
});

it("is not handed in while something lacks", () => {
  expect(applicationOf(330200, form, [])).toBeNull();
  expect(applicationOf(330200, form, [{ ...person, number: " " }])).toBeNull();
  for (const lacking of [
    { name: "" },
    { code: "1" },
    { categories: [] },
    { home: null },
    { areas: [] },
    { capacity: 0 },
  ])
    expect(applicationOf(330200, { ...form, ...lacking }, [person])).toBeNull();
});

it("knows a refusal of the code from one of anything else", () => {
  const at = (pointer: string) =>
    new Refused("credit", 422, "invalid-body", "", undefined, [{ pointer, code: "invalid-value", detail: "" }], 0, "");
  expect(isCodeRefused(at("#/code"))).toBe(true);
  expect(isCodeRefused(at("#/holders/0/document"))).toBe(false);
  expect(isCodeRefused(null)).toBe(false);
});
