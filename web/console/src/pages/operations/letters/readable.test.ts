import { expect, it } from "vitest";

import { textOf } from "./readable";

const base64 = (bytes: Uint8Array) => btoa(String.fromCharCode(...bytes));

it("shows text as text, in whatever language", () => {
  expect(textOf(base64(new TextEncoder().encode("不是 JSON\n{")))).toBe("不是 JSON\n{");
});

it("shows as text nothing that is none", () => {
  expect(textOf(base64(new Uint8Array([0xff, 0xfe, 0x41])))).toBeNull();
  expect(textOf(base64(new Uint8Array([0x41, 0x00, 0x42])))).toBeNull();
  expect(textOf("not base64!")).toBeNull();
});
