import { expect, it } from "vitest";

import { sentence } from "./evidence";

it("knows which papers are lacking", () => {
  expect(sentence("not verified or not in date: paper:health-certificate, paper:liability-insurance")).toMatchObject({
    key: "lacking",
    codes: ["health-certificate", "liability-insurance"],
  });
});

it("leaves what an officer wrote as it is", () => {
  expect(sentence("2026-11-26 国家企业信用信息公示系统：存续")).toBeNull();
});
