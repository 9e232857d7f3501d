import { deflateSync } from "node:zlib";
import { expect, it } from "vitest";

import { withPalette } from "./palette";

/** Two rows of three pixels, each row with a filter of its own, as Chromium writes them. */
function picture(): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const size = Buffer.alloc(4);
    size.writeUInt32BE(data.length);
    return Buffer.concat([size, Buffer.from(type, "ascii"), data, Buffer.alloc(4)]);
  };
  const head = Buffer.from([0, 0, 0, 3, 0, 0, 0, 2, 8, 2, 0, 0, 0]);
  const rows = Buffer.from([1, 10, 20, 30, 0, 0, 0, 5, 5, 5, 2, 0, 0, 0, 0, 0, 0, 1, 1, 1]);
  const signature = Buffer.from("89504e470d0a1a0a", "hex");
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

it("a picture with a palette has the same colours in the same places", () => {
  const png = withPalette(picture());
  const palette = png.indexOf("PLTE");
  expect(png.readUInt32BE(palette - 4)).toBe(3 * 3);
  // The most frequent colour is the first.
  expect([...png.subarray(palette + 4, palette + 13)]).toEqual([10, 20, 30, 15, 25, 35, 16, 26, 36]);
  expect(() => withPalette(Buffer.concat([png]))).toThrow("colour type 3");
});
