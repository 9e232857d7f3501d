import { describe, expect, it } from "vitest";

import { type Draft, emptyDraft, faultsOf, intentOf, isPast, requestOf } from "./draft";

const ZONE = "Asia/Shanghai";
const NOW = Date.parse("2026-11-26T09:30:20+08:00");
const full = (change: Partial<Draft> = {}): Draft => ({
  ...emptyDraft(),
  item: "daily-cleaning",
  area: 330203001,
  name: " 王先生 ",
  phone: "138 0000-0000",
  ...change,
});

describe("a request that is typed", () => {
  it("says what is missing, in the order of the fields", () => {
    const wrong = (draft: Draft, entersHome: boolean) => Object.keys(faultsOf(draft, ZONE, entersHome, NOW));
    expect(wrong(emptyDraft(), false)).toEqual(["item", "area", "name", "phone"]);
    expect(wrong(full({ when: "at", at: "2026-11" }), false)).toEqual(["at"]);
    expect(wrong(full(), true)).toEqual(["address"]);
    expect(wrong({ ...emptyDraft(), when: "at" }, true)).toEqual(["item", "area", "name", "phone", "address", "at"]);
    expect(faultsOf(full({ phone: "1380000" }), ZONE, false, NOW)).toEqual({ phone: "number" });
    expect(requestOf(emptyDraft(), 330200, ZONE)).toBeNull();
  });

  it("is not for a time that is over, on the clock of the city; the minute under way is not over", () => {
    const at = (time: string) => full({ when: "at", at: `2026-11-26T${time}` });
    expect(["09:29", "09:30", "09:31"].map((time) => isPast(at(time), ZONE, NOW))).toEqual([true, false, false]);
    expect(faultsOf(at("09:29"), ZONE, false, NOW)).toEqual({ at: "past" });
    expect(isPast({ ...at("09:29"), when: "soon" }, ZONE, NOW)).toBe(false);
  });

  it("says of a field that is filled in what is wrong with it, not that it is empty", () => {
    const at = (time: string) => faultsOf(full({ when: "at", at: time }), ZONE, false, NOW);
    expect(at("")).toEqual({ at: "partial" });
    expect(at("61127-11-27T09:00")).toEqual({ at: "partial" });
    expect(at("2027-01-25T09:30")).toEqual({});
    expect(at("2027-01-25T09:31")).toEqual({ at: "far" });
    expect(faultsOf(full({ address: "幢" }), ZONE, true, NOW)).toEqual({ address: "short" });
    expect(faultsOf(full({ address: "幢" }), ZONE, false, NOW)).toEqual({});
  });

  it("is sent without the blanks of typing, and with the time of the city", () => {
    expect(requestOf(full({ when: "at", at: "2026-11-27T09:00" }), 330200, ZONE)).toEqual({
      city: 330200,
      item: "daily-cleaning",
      area: 330203001,
      mode: "auto",
      wanted_at: "2026-11-27T01:00:00.000Z",
      contact: { name: "王先生", phone: "13800000000" },
    });
  });

  it("names whom the citizen picked only where somebody picks", () => {
    expect(requestOf(full({ preferred: "m" }), 330200, ZONE)?.preferred).toBeUndefined();
    expect(requestOf(full({ preferred: "m", mode: "choose" }), 330200, ZONE)?.preferred).toBe("m");
  });

  it("keeps its key while it is tried again, and takes another when it says something else", () => {
    const request = requestOf(full(), 330200, ZONE);
    const other = requestOf(full({ address: "1 幢" }), 330200, ZONE);
    if (!request || !other) throw new Error("nothing is missing");
    const first = intentOf(request, null, () => "one");
    const kept: Draft["sent"] = JSON.parse(JSON.stringify(first));
    expect(intentOf(request, kept, () => "two").key).toBe("one");
    expect(intentOf(other, kept, () => "two").key).toBe("two");
  });
});
