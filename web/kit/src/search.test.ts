import { describe, expect, it } from "vitest";

import { search } from "./search";

const ITEMS = [
  { code: "hospital-day-care", names: ["医院日间陪护", "Hospital day care", "病患护理"] },
  { code: "daily-cleaning", names: ["日常保洁", "Regular house cleaning", "保洁服务"] },
  { code: "deep-cleaning", names: ["深度保洁", "Deep cleaning", "保洁服务"] },
  { code: "door-unlocking", names: ["开门锁", "Door unlocking", "钥匙没带", "开锁服务"] },
];
const PLACES = [
  { code: 330203001, names: ["南门街道", "海曙区"] },
  { code: 330212005, names: ["福明街道", "鄞州区"] },
  { code: 330203009, names: ["石碶街道", "海曙区"] },
];
const items = (query: string) => search(ITEMS, query).map((item) => item.code);
const places = (query: string) => search(PLACES, query).map((place) => place.code);

describe("a search", () => {
  it("finds by Chinese, English and code", () => {
    expect(items("陪护")).toEqual(["hospital-day-care"]);
    expect(items("Hospital")).toEqual(["hospital-day-care"]);
    expect(items("door-un")).toEqual(["door-unlocking"]);
    expect(places("330212")).toEqual([330212005]);
  });

  it("finds by what callers say", () => {
    expect(items("钥匙")).toEqual(["door-unlocking"]);
  });

  it("finds by pinyin and its initials, also where a character has several sounds", () => {
    expect(items("rcbj")).toEqual(["daily-cleaning"]);
    expect(items("kaimen")).toEqual(["door-unlocking"]);
    expect(places("nmjd")).toEqual([330203001]);
    expect(places("yz")).toEqual([330212005]);
  });

  it("puts what is written so before what sounds so, and a beginning before a middle", () => {
    expect(items("d")[0]).toBe("daily-cleaning");
    expect(items("保洁")).toEqual(["daily-cleaning", "deep-cleaning"]);
  });

  it("narrows with every word: the district, then the street", () => {
    expect(places("海曙")).toEqual([330203001, 330203009]);
    expect(places("hs nm")).toEqual([330203001]);
  });

  it("gives all for nothing, and nothing for nonsense", () => {
    expect(items(" ")).toHaveLength(4);
    expect(items("zzz")).toEqual([]);
  });
});
