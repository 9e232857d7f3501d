import { Refused } from "@kit/api/problem";
import { expect, it } from "vitest";

import { certificateIn, nextAfter, useScan, workerCode } from "./scan";

const CODE = "81890:p:ATW";
const SHOWN = {
  scan: "01980000-0000-7000-8000-000000000001",
  scanned_at: "2026-11-26T08:00:00Z",
  proof: "phone",
  identifies_only: false,
  masked_name: "宋*",
  number: "330200-0010699",
  merchant_id: "01980000-0000-7000-8000-000000000002",
  merchant: "慈溪市兴伴居家养老服务有限公司",
  grade: "AAA",
  under_objection: false,
  merchant_status: "affiliated",
  colour: "green",
  confirm_by: "2999-01-01T00:00:00Z",
  entry_token: "secret",
} as const;

const standing = () => Promise.resolve("affiliated" as const);
const refusing = (code: string) => () =>
  Promise.reject(new Refused("credit", 409, code, "", undefined, [], undefined, undefined));

const SHOWING = { scan: () => Promise.resolve(SHOWN), confirm: refusing("red-code"), standing };

it("shows what was scanned, and confirms the entry with the token of that scan", async () => {
  const told: string[][] = [];
  const door = useScan({
    scan: () => Promise.resolve(SHOWN),
    confirm: (scan, token) => {
      told.push([scan, token]);
      return Promise.resolve({ scan, confirmed_at: "2026-11-26T08:01:00Z", already: false });
    },
    standing,
  });
  await door.look(CODE);
  expect(door.scan.value?.colour).toBe("green");
  await door.confirm();
  expect(told).toEqual([[SHOWN.scan, "secret"]]);
  expect(door.confirmedAt.value).toBe("2026-11-26T08:01:00Z");
});

it("scans a code under one key however often it is tried, and another code under another", async () => {
  const keys: string[] = [];
  const scan = (_: string, key: string) => {
    keys.push(key);
    return Promise.reject(new TypeError("offline"));
  };
  const door = useScan({ ...SHOWING, scan });
  await door.look(CODE);
  await door.look(CODE);
  await door.look("81890:p:other");
  expect(keys[0]).toBe(keys[1]);
  expect(keys[2]).not.toBe(keys[0]);
  expect(door.error.value).toBeInstanceOf(TypeError);
});

it("shows nobody once a code is refused", async () => {
  let answer: () => Promise<typeof SHOWN> = () => Promise.resolve(SHOWN);
  const door = useScan({ ...SHOWING, scan: () => answer() });
  await door.look(CODE);
  answer = refusing("used-code");
  await door.look(CODE);
  expect([door.scan.value, door.refusal.value]).toEqual([null, "used-code"]);
});

it("shows a suspension that came after the scan before anybody is let in by it", async () => {
  const told: string[] = [];
  const door = useScan({
    ...SHOWING,
    standing: () => Promise.resolve("suspended"),
    confirm: (scan) => {
      told.push(scan);
      return Promise.resolve({ scan, confirmed_at: "2026-11-26T08:01:00Z", already: false });
    },
  });
  await door.look(CODE);
  await door.confirm();
  expect([door.scan.value?.merchant_status, told]).toEqual(["suspended", []]);
  await door.confirm();
  expect(told).toEqual([SHOWN.scan]);
});

it("shows by itself how the company stands, and no trouble when it cannot be asked", async () => {
  let standing: () => Promise<"suspended"> = () => Promise.resolve("suspended");
  const door = useScan({ ...SHOWING, standing: () => standing() });
  await door.look(CODE);
  await door.renew();
  expect(door.scan.value?.merchant_status).toBe("suspended");
  standing = () => Promise.reject(new TypeError("offline"));
  await door.renew();
  expect([door.scan.value?.merchant_status, door.error.value]).toEqual(["suspended", null]);
});

it("shows nobody whose company was removed since the scan", async () => {
  const door = useScan({ ...SHOWING, standing: () => Promise.resolve("removed") });
  await door.look(CODE);
  await door.renew();
  expect([door.scan.value, door.refusal.value]).toEqual([null, "nobodys-worker"]);
});

it("shows nobody whose entry is refused", async () => {
  const door = useScan(SHOWING);
  await door.look(CODE);
  await door.confirm();
  expect([door.scan.value, door.refusal.value]).toEqual([null, "red-code"]);
});

it("keeps the door closed where nobody can vouch for who stands there", () => {
  expect(["forged-code", "unknown-card", "nobodys-worker", "red-code"].map(nextAfter)).toEqual(Array(4).fill("call"));
  expect(nextAfter("expired-code")).toBe("again");
  expect(nextAfter("internal")).toBeNull();
});

it("takes the code of a worker from all that is in the picture", () => {
  expect(workerCode(["https://a.example/", "NB1:ABC", CODE])).toBe(CODE);
  expect(workerCode(["NB1:ABC"])).toBeNull();
});

it("knows a certificate that somebody shows at the door, and a worker before it", () => {
  expect(certificateIn(["NB1:ABC"])).toEqual({ kind: "certificate", text: "NB1:ABC" });
  expect(certificateIn(["NB1:ABC", CODE])).toBeNull();
  expect(certificateIn(["https://a.example/"])).toBeNull();
});
