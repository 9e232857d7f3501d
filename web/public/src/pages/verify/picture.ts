// The codes in a picture: a sheet may carry several.

/** Larger pictures are made smaller first: more pixels take longer and say no more. */
const SIDE_MAX = 2_400;

export async function codesIn(file: Blob): Promise<string[]> {
  const { QRCanvas } = await import("qr/dom.js");
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, SIDE_MAX / Math.max(picture.width, picture.height));
  const [width, height] = [Math.round(picture.width * scale), Math.round(picture.height * scale)];
  const reader = new QRCanvas(
    {},
    { cropToSquare: false, decodeAll: true, effort: Infinity, timeLimit: Infinity, async: false },
  );
  try {
    const found = await reader.drawImage(picture, height, width);
    if (found === undefined) return [];
    return (typeof found === "string" ? [found] : found).filter((text) => typeof text === "string");
  } finally {
    picture.close();
  }
}
