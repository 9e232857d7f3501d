import { expect, it } from "vitest";

import { readingOf } from "./reading";

it("knows what a service notes by itself, so that it is said in the reader's language", () => {
  expect(["proceeding", "objection", "ruling on the case", "found by its phone number"].map(readingOf)).toEqual([
    "proceeding",
    "objection",
    "ruling",
    "phone",
  ]);
});

it("leaves what somebody typed as it is", () => {
  expect(readingOf("核对上门地址")).toBeNull();
});
