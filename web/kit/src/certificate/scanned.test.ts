import { expect, it } from "vitest";

import { best, scanned, typed } from "./scanned";

const page = "https://81890.example/credit/v1/certificates/330200-2026-000001/page.html";

it("tells the codes of certificates, merchants and workers apart", () => {
  expect(scanned("NB1:ABC")).toEqual({ kind: "certificate", text: "NB1:ABC" });
  expect(scanned(" 330200-2026-000001 ")).toEqual({ kind: "number", number: "330200-2026-000001" });
  expect(scanned(page)).toEqual({ kind: "number", number: "330200-2026-000001" });
  expect(
    scanned("https://a.example/credit/v1/merchants/019b76da-a942-704f-9fcf-8dc186718a4f/price-board.html?city=330200"),
  ).toEqual({ kind: "merchant", merchant: "019b76da-a942-704f-9fcf-8dc186718a4f" });
  expect(scanned("81890:c:330200-0010699")).toEqual({ kind: "worker", text: "81890:c:330200-0010699" });
});

it("takes nothing else for one of ours", () => {
  for (const text of ["", "https://a.example/", "javascript:alert(1)", "330200-2026-1", "nb1:abc", "merchants/1"])
    expect(scanned(text)).toBeNull();
});

it("forgives how the number of a certificate is typed", () => {
  const number = { kind: "number", number: "330200-2026-000001" };
  for (const text of [
    "330200-2026-000001",
    " 330200 2026 000001 ",
    "3302002026000001",
    "３３０２００－２０２６－０００００１",
    "330200–2026—000001",
    "330200−2026−000001",
    "330200 - 2026 - 000001",
    "330200　2026　000001",
  ])
    expect(typed(text), text).toEqual(number);
  for (const text of ["330200-2026-1", "330200-2026-000001x", "13302002026000001", ""])
    expect(typed(text), text).toBeNull();
  expect(typed(page)).toEqual(number);
  expect(scanned("3302002026000001"), "a code that somebody scanned is exact").toBeNull();
});

it("prefers what proves itself when a sheet carries several", () => {
  expect(best([page, "https://a.example/", "NB1:ABC"])).toEqual({ kind: "certificate", text: "NB1:ABC" });
  expect(best(["nothing"])).toBeNull();
});
