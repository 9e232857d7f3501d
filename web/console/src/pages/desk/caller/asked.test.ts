import { describe, expect, it } from "vitest";

import { asked, isPhone } from "./asked";

const ID = "01a215de-be4b-7000-86de-135fe06a0cd5";

describe("what is looked for", () => {
  it("is one request when it is a number as the services write it", () => {
    expect(asked(` ${ID.toUpperCase()}\n`)).toEqual({ id: ID });
  });

  it("is a caller when it is a phone number as people write it", () => {
    expect(asked(" 0574-8765 4321 ")).toEqual({ phone: "0574-8765 4321" });
    for (const phone of ["13800001234", "+86 138-0000-1234", "010-87654321"]) expect(isPhone(phone), phone).toBe(true);
  });

  it("is one request when it is a tracking code as a caller reads it out", () => {
    for (const text of ["7Q2XK-0M9RV-T4HAB", " 7q2xk om9rv t4hab "])
      expect(asked(text), text).toEqual({ tracking_code: "7Q2XK-0M9RV-T4HAB" });
    expect(asked("130001234567890")).toEqual({ tracking_code: "13000-12345-67890" });
    expect(asked("0086 138 0000 1234")).toEqual({ phone: "0086 138 0000 1234" });
  });

  it("is nothing while it is half typed, so that no search is put on record for it", () => {
    for (const text of [
      "",
      "81890",
      "1380000123",
      "12800001234",
      "138000012345",
      ID.slice(1),
      "7Q2XK-0M9RV-T4HA",
      "王先生",
    ])
      expect(asked(text), text).toBeNull();
  });
});
