// What a certificate and the list of revocations say: claims of CWT (RFC 8392), as `credit_domain::certificate` writes
// them.
import { asBytes, asList, asNumber, asText, hex, opened, Unproven, type TrustedKey } from "./cose";
import { fromBase45 } from "./base45";

export const GRADES = ["D", "C", "B", "A", "AA", "AAA"] as const;
export type Grade = (typeof GRADES)[number];

/** What a certificate says of its merchant. */
export interface Statement {
  number: string;
  city: number;
  issuer: string;
  merchant: string;
  name: string;
  grade: Grade;
  categories: string[];
  validFrom: number;
  validUntil: number;
}

/** The certificates of a city that are revoked, and those whose grade is under objection. */
export interface Revocations {
  city: number;
  issuedAt: number;
  /** From this moment on it is too old to vouch for anything. */
  nextUpdate: number;
  revoked: ReadonlySet<string>;
  contested: ReadonlySet<string>;
}

const ISSUER = 1;
const SUBJECT = 2;
const END = 4;
const BEGIN = 5;
const ISSUED_AT = 6;
const NUMBER = 7;
const OURS = -65_537;

const PREFIX = "NB1:";
/** A QR code has no more characters. */
const TEXT_MAX = 4_296;
const NUMBER_BYTES = 6;

/** Whether a text that was scanned looks like a certificate at all. */
export function isCertificateText(text: string): boolean {
  return text.startsWith(PREFIX);
}

/** What the text of a QR code says that one of the keys signed. Throws `Unproven`. */
export async function readStatement(text: string, keys: readonly TrustedKey[]): Promise<Statement> {
  const bytes = text.length <= TEXT_MAX && isCertificateText(text) ? fromBase45(text.slice(PREFIX.length)) : null;
  if (!bytes) throw new Unproven("unreadable");
  const claims = await opened(bytes, "81890.certificate.1", keys);
  const [city, grade, version, name, categories] = asList(claims.get(OURS), 5);
  asNumber(version);
  const found = GRADES.find((known) => known === grade);
  if (!found) throw new Unproven("unreadable");
  return {
    number: number(asNumber(city), asBytes(claims.get(NUMBER), NUMBER_BYTES)),
    city: asNumber(city),
    issuer: asText(claims.get(ISSUER)),
    merchant: uuid(asBytes(claims.get(SUBJECT), 16)),
    name: asText(name),
    grade: found,
    categories: asList(categories).map(asText),
    validFrom: asNumber(claims.get(BEGIN)) * 1_000,
    validUntil: asNumber(claims.get(END)) * 1_000,
  };
}

/** The list that one of the keys signed. Throws `Unproven`. */
export async function readRevocations(signed: Uint8Array, keys: readonly TrustedKey[]): Promise<Revocations> {
  const claims = await opened(signed, "81890.revocations.1", keys);
  const [code, revoked, contested] = asList(claims.get(OURS), 3);
  const city = asNumber(code);
  return {
    city,
    issuedAt: asNumber(claims.get(ISSUED_AT)) * 1_000,
    nextUpdate: asNumber(claims.get(END)) * 1_000,
    revoked: numbers(city, asBytes(revoked)),
    contested: numbers(city, asBytes(contested)),
  };
}

function numbers(city: number, packed: Uint8Array): ReadonlySet<string> {
  if (packed.length % NUMBER_BYTES !== 0) throw new Unproven("unreadable");
  const found = new Set<string>();
  for (let at = 0; at < packed.length; at += NUMBER_BYTES)
    found.add(number(city, packed.subarray(at, at + NUMBER_BYTES)));
  return found;
}

/** Such as `330200-2026-000123`: two bytes year, four bytes serial. */
function number(city: number, bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [year, serial] = [view.getUint16(0), view.getUint32(2)];
  if (year < 1_000 || year > 9_999 || serial < 1 || serial > 999_999) throw new Unproven("unreadable");
  return `${city}-${year}-${String(serial).padStart(6, "0")}`;
}

function uuid(bytes: Uint8Array): string {
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
