import { describe, expect, it } from "vitest";

import { codeOf } from "./tracking";

describe("a tracking code", () => {
  it("is read as people type it", () => {
    for (const text of ["7q2xk0m9rvt4hab", " 7Q2XK-OM9RV-T4HAB ", "7Q2XK 0M9RV T4HAB"])
      expect(codeOf(text), text).toBe("7Q2XK-0M9RV-T4HAB");
    expect(codeOf("ooooo-ooooo-oooil")).toBe("00000-00000-00011");
  });

  it("is none while a digit is missing, one is too many or one is none of them", () => {
    for (const text of ["", "content", "7Q2XK-0M9RV-T4HA", "7Q2XK-0M9RV-T4HAB1", "7Q2XK-0M9RV-T4HAU"])
      expect(codeOf(text), text).toBeNull();
  });
});
