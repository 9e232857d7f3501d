import { expect, it } from "vitest";

import { type Sentence, sentences } from "./evidence";

const END = "2026-12-31T16:00:00Z";
const HASH = "3f".repeat(32);

it.each<[string, Sentence]>([
  ["asked for no category", { key: "noCategory" }],
  ["the admission policy has no row for category cleaning", { key: "noPolicy", codes: ["cleaning"] }],
  ["nobody has looked it up in the register yet", { key: "notLookedUp" }],
  ["the look-up in the register is too old", { key: "lookedUpLongAgo" }],
  [`a ban runs until ${END}`, { key: "banRuns", end: END }],
  ["no ban runs at 2026-11-26T07:40:00.123456789Z", { key: "noBan", at: "2026-11-26T07:40:00.123456789Z" }],
  ["rules of admission, version 3", { key: "policy", version: "3" }],
  ["none is demanded", { key: "noneDemanded" }],
  ["not signed", { key: "notSigned" }],
  ["an earlier text is signed", { key: "earlierText" }],
  ["the signed commitment has expired", { key: "commitmentExpired" }],
  [
    `version 1 signed by merchant:0198c1f0-0000-7000-8000-000000000001 at ${END}, sha-256 ${HASH}`,
    { key: "signed", version: "1", at: END, hash: HASH },
  ],
  [
    `version 2 signed by staff:0198c1f0-0000-7000-8000-000000000002 at ${END}, sha-256 ${HASH}`,
    { key: "signedOnPaper", version: "2", at: END, hash: HASH },
  ],
  ["price list, version 12", { key: "priceList", version: "12" }],
  ["nothing is said about: ironing, washing", { key: "noPrice", codes: ["ironing", "washing"] }],
  ["nothing is said about: ", { key: "noItem" }],
  ["no home is entered", { key: "noHome" }],
  [`a worker is green until ${END}`, { key: "green", end: END }],
  ["no worker is green", { key: "noGreen" }],
])("reads “%s” as the service means it", (evidence, sentence) => {
  expect(sentences(evidence)).toEqual([sentence]);
});

it("knows which papers are lacking", () => {
  expect(sentences("not verified or not in date: paper:health-certificate, paper:liability-insurance")).toEqual([
    { key: "lacking", codes: ["health-certificate", "liability-insurance"] },
  ]);
});

it("takes papers apart, each with its number, its end and what the officer saw, and no officer's semicolon for an end", () => {
  const evidence = `liability-insurance PICC 9 until ${END}: 电话核实; 保单在档; electrician D-7 until ${END}: seen`;
  expect(sentences(evidence)).toEqual([
    { key: "paper", codes: ["liability-insurance"], number: "PICC 9", end: END, text: "电话核实; 保单在档" },
    { key: "paper", codes: ["electrician"], number: "D-7", end: END, text: "seen" },
  ]);
});

it("leaves what an officer wrote as it is", () => {
  expect(sentences("2026-11-26 国家企业信用信息公示系统：存续")).toBeNull();
});
