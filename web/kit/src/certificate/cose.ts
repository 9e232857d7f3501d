// COSE_Sign1 over CBOR (RFC 9052, 8949), in the one form that credit signs: algorithm and key id in the protected
// header, nothing in the other, the name of the form in the signature alone.
import { decode, encode, type TagDecoder } from "cborg";

import { verifies } from "./ed25519";

/** A key to be trusted, as far as a browser can check with it. */
export interface TrustedKey {
  /** What it is called: 8 hexadecimal digits. */
  id: string;
  bytes: Uint8Array;
}

/** Why bytes are not taken for what they should be. */
export class Unproven extends Error {
  constructor(readonly why: "unreadable" | "unknown_key" | "forged") {
    super(why);
  }
}

export type Claims = ReadonlyMap<unknown, unknown>;

const EDDSA = -8;
const SIGNED_WITH = 1;
const KEY_ID = 4;

/** The claims that one of the keys signed. Throws `Unproven`. */
export async function opened(bytes: Uint8Array, form: string, keys: readonly TrustedKey[]): Promise<Claims> {
  const [header, , payload, signature] = parts(bytes);
  const fields = asMap(read(header));
  const id = asBytes(fields.get(KEY_ID), 4);
  // An algorithm that is not known here has no key that it could be checked with.
  if (fields.get(SIGNED_WITH) !== EDDSA) throw new Unproven("unknown_key");
  const named = keys.filter((key) => key.id === hex(id));
  if (named.length === 0) throw new Unproven("unknown_key");
  const signed = encode(["Signature1", header, new TextEncoder().encode(form), payload]);
  const proofs = await Promise.all(named.map((key) => verifies(key.bytes, signature, signed)));
  if (!proofs.includes(true)) throw new Unproven("forged");
  return asMap(read(payload));
}

/** The four parts. Written again they must be the same bytes: what is not signed must not vary either. */
function parts(bytes: Uint8Array): [Uint8Array, Claims, Uint8Array, Uint8Array] {
  const found = read(bytes, true);
  if (!Array.isArray(found) || found.length !== 4) throw new Unproven("unreadable");
  const [header, other] = [asBytes(found[0]), asMap(found[1])];
  const [payload, signature] = [asBytes(found[2]), asBytes(found[3], 64)];
  const again = [0xd2, ...encode([header, new Map(), payload, signature])];
  if (again.length !== bytes.length || again.some((byte, at) => byte !== bytes[at])) throw new Unproven("unreadable");
  return [header, other, payload, signature];
}

function read(bytes: Uint8Array, tagged = false): unknown {
  try {
    const tags: Record<number, TagDecoder> = tagged ? { 18: (inner) => inner() } : {};
    return decode(bytes, { useMaps: true, strict: true, allowIndefinite: false, rejectDuplicateMapKeys: true, tags });
  } catch {
    throw new Unproven("unreadable");
  }
}

function asMap(value: unknown): Claims {
  if (value instanceof Map) return value;
  throw new Unproven("unreadable");
}

/** Bytes, exactly so many if it is said. */
export function asBytes(value: unknown, count?: number): Uint8Array {
  if (value instanceof Uint8Array && (count === undefined || value.length === count)) return value;
  throw new Unproven("unreadable");
}

export function asText(value: unknown): string {
  if (typeof value === "string") return value;
  throw new Unproven("unreadable");
}

export function asNumber(value: unknown): number {
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw new Unproven("unreadable");
}

/** Exactly so many values, or any number of them. */
export function asList(value: unknown, count?: number): unknown[] {
  if (Array.isArray(value) && (count === undefined || value.length === count)) return value;
  throw new Unproven("unreadable");
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
