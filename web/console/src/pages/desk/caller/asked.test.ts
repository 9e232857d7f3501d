import { describe, expect, it } from "vitest";

import { asked, isPhone } from "./asked";

const ID = "01a215de-be4b-7000-86de-135fe06a0cd5";

describe("what is looked for", () => {
  it("is one request when it is a number as the services write it", () => {
    expect(asked(` ${ID.toUpperCase()}\n`)).toEqual({ by: "number", id: ID });
  });

  it("is a caller when it is a phone number as people write it", () => {
    expect(asked(" 0574-8765 4321 ")).toEqual({ by: "phone", phone: "0574-8765 4321" });
    for (const phone of ["13800001234", "+86 138-0000-1234", "010-87654321"]) expect(isPhone(phone), phone).toBe(true);
  });

  it("is nothing while it is half typed, so that no search is put on record for it", () => {
    for (const text of ["", "81890", "1380000123", "12800001234", "138000012345", ID.slice(1), "王先生"])
      expect(asked(text), text).toBeNull();
  });
});
