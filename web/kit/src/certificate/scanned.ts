// What the text of a code that somebody scanned is: certificates, price boards and workers carry codes that look alike.
import { isCertificateText } from "./statement";

export type Scanned =
  | { kind: "certificate"; text: string }
  | { kind: "number"; number: string }
  | { kind: "merchant"; merchant: string }
  | { kind: "worker"; text: string };

const NUMBER = /^\d{6}-\d{4}-\d{6}$/;
const DIGITS = /^(\d{6})(\d{4})(\d{6})$/;
const UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const CERTIFICATE_PAGE = /\/certificates\/(\d{6}-\d{4}-\d{6})(?:\/|$)/;
const MERCHANT_PAGE = new RegExp(`/merchants/(${UUID})(?:/|$)`);
const WORKER = /^81890:[cp]:/;

/** Null for what is none of ours. */
export function scanned(text: string): Scanned | null {
  const trimmed = text.trim();
  if (isCertificateText(text)) return { kind: "certificate", text };
  if (NUMBER.test(trimmed)) return { kind: "number", number: trimmed };
  if (WORKER.test(trimmed)) return { kind: "worker", text: trimmed };
  // The address alone says what it is; it is never opened.
  const path = URL.canParse(trimmed) ? new URL(trimmed).pathname : "";
  const number = CERTIFICATE_PAGE.exec(path)?.[1];
  if (number) return { kind: "number", number };
  const merchant = MERCHANT_PAGE.exec(path)?.[1];
  return merchant ? { kind: "merchant", merchant } : null;
}

/** The same of what somebody typed or copied: the number of a certificate may lack its hyphens, have spaces, or come in
 *  the full width of a Chinese keyboard. */
export function typed(text: string): Scanned | null {
  const found = scanned(text);
  if (found) return found;
  const digits = text.normalize("NFKC").replace(/[\s\p{Dash}ー]/gu, "");
  const [, city, year, serial] = DIGITS.exec(digits) ?? [];
  return serial ? { kind: "number", number: `${city}-${year}-${serial}` } : null;
}

/** Of all codes in a picture the one that says most: a sheet carries one for the page and one that proves itself. */
export function best(texts: readonly string[]): Scanned | null {
  const found = texts.map(scanned).filter((one) => one !== null);
  return found.find((one) => one.kind === "certificate") ?? found[0] ?? null;
}
