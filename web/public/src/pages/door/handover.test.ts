import { expect, it } from "vitest";

import { heardFrom } from "./handover";

const channels = ["https://app.example"];
const result = {
  scan: "01980000-0000-7000-8000-000000000001",
  scanned_at: "2026-11-26T08:00:00Z",
  proof: "phone",
  identifies_only: false,
  masked_name: "宋*",
  number: "330200-0010699",
  merchant: "慈溪市兴伴居家养老服务有限公司",
  grade: "AAA",
  under_objection: false,
  merchant_status: "suspended",
  colour: "green",
};

it("hears a scan from a front end that the deployment names", () => {
  const told = heardFrom(channels, "https://app.example", { type: "81890.door.scan", result });
  expect(told).toMatchObject({ type: "81890.door.scan", result: { colour: "green" } });
});

it("shows no colour to anybody else's word", () => {
  for (const origin of ["https://evil.example", "https://app.example.evil.example", "null", ""])
    expect(heardFrom(channels, origin, { type: "81890.door.scan", result })).toBeNull();
  expect(heardFrom([], "https://app.example", { type: "81890.door.scan", result })).toBeNull();
});

it("takes nothing that has another form", () => {
  for (const other of [
    null,
    "green",
    {},
    { ...result, colour: "blue" },
    { ...result, grade: "S" },
    { ...result, merchant_status: 1 },
  ])
    expect(heardFrom(channels, "https://app.example", { type: "81890.door.scan", result: other })).toBeNull();
});
