import { expect, test } from "vitest";

import { personalIn } from "./personal";

test("a mobile number is seen in a text, as it is typed and as it is read out", () => {
  expect(personalIn("请联系张师傅13800138000。")).toEqual(["mobile"]);
  expect(personalIn("138 0013 8000 or 138-0013-8000")).toEqual(["mobile"]);
});

test("an identity number is seen, also one that ends with X", () => {
  expect(personalIn("身份证330203199001011234")).toEqual(["identity"]);
  expect(personalIn("33020319900101123x，电话13800138000")).toEqual(["mobile", "identity"]);
});

test("hotlines, landlines, codes of companies and amounts are nobody's", () => {
  for (const text of [
    "拨打81890或0574-87654321",
    "91330200144052096X",
    "913302001440520961",
    "编号20261126000123",
    "",
  ]) {
    expect(personalIn(text)).toEqual([]);
  }
});
