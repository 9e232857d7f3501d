// The codes in a picture: a sheet may carry several, and a photo of all of it shows each of them small.
import { scanned } from "@kit/certificate/scanned";
import { useOpening } from "@kit/opening";

/** Larger pictures are made smaller first, parts that are smaller than the least are made larger. */
const SIDE_MAX = 2_400;
const SIDE_MIN = 1_400;

/** The whole, then its corners, which overlap in the middle: a code is in one of them undivided. */
const REGIONS = [
  { left: 0, top: 0, size: 1 },
  { left: 0.4, top: 0.4, size: 0.6 },
  { left: 0, top: 0.4, size: 0.6 },
  { left: 0.4, top: 0, size: 0.6 },
  { left: 0, top: 0, size: 0.6 },
];

/** What reads codes did not come: the network is away, or another build is served since. Nothing is wrong with the picture. */
export class ReaderMissing extends Error {}

/** All that were read, until one is a certificate that proves itself. */
export async function codesIn(file: Blob): Promise<string[]> {
  const { decodeQR } = await import("qr/decode.js").catch((cause: unknown) => {
    useOpening().saidElsewhere();
    throw new ReaderMissing("the reader of codes is not there", { cause });
  });
  const picture = await createImageBitmap(file);
  const found = new Set<string>();
  try {
    for (const region of REGIONS) {
      const text = read(decodeQR, pixels(picture, region));
      if (text !== null) found.add(text);
      if (text !== null && scanned(text)?.kind === "certificate") break;
      // The page stays alive between one region and the next.
      await new Promise((resolve) => setTimeout(resolve));
    }
  } finally {
    picture.close();
  }
  return [...found];
}

function pixels(picture: ImageBitmap, { left, top, size }: (typeof REGIONS)[number]): ImageData {
  const [width, height] = [picture.width * size, picture.height * size];
  const side = Math.max(width, height);
  const scale = side > SIDE_MAX ? SIDE_MAX / side : Math.max(1, Math.min(3, SIDE_MIN / side));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("the browser draws no pictures");
  const [x, y] = [picture.width * left, picture.height * top];
  context.drawImage(picture, x, y, width, height, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

function read(decode: (typeof import("qr/decode.js"))["decodeQR"], image: ImageData): string | null {
  try {
    return decode(image, { effort: Infinity, timeLimit: Infinity });
  } catch {
    // It throws where there is no code.
    return null;
  }
}
