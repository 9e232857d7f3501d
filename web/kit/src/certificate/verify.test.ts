import { encode } from "cborg";
import { beforeAll, describe, expect, it, vi } from "vitest";

import { fromBase45 } from "./base45";
import type { TrustedKey } from "./cose";
import { readRevocations, type Revocations } from "./statement";
import { usable } from "./trust";
import vector from "./vector.json";
import { verify } from "./verify";

const keys = usable(vector.keys);
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
const during = Date.parse("2026-11-26T12:00:00Z");

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
}

function toBase45(bytes: Uint8Array): string {
  let text = "";
  for (let at = 0; at < bytes.length; at += 2) {
    const [first, second] = [bytes[at] ?? 0, bytes[at + 1]];
    let value = second === undefined ? first : first * 256 + second;
    for (let digit = 0; digit < (second === undefined ? 2 : 3); digit++, value = Math.floor(value / 45))
      text += ALPHABET[value % 45];
  }
  return text;
}

/** Signs as the platform does, with a key of the test. */
async function sealed(claims: Map<number, unknown>, form: string, pair: CryptoKeyPair): Promise<Uint8Array> {
  const header = encode(new Map<number, unknown>([[1, -8], [4, bytesOf("0a0b0c0d")]])); // prettier-ignore
  const payload = encode(claims);
  const signed = encode(["Signature1", header, new TextEncoder().encode(form), payload]);
  const signature = await crypto.subtle.sign("Ed25519", pair.privateKey, new Uint8Array(signed));
  return Uint8Array.from([0xd2, ...encode([header, new Map(), payload, new Uint8Array(signature)])]);
}

const packed = (...serials: number[]) => Uint8Array.from(serials.flatMap((serial) => [0x07, 0xea, 0, 0, 0, serial]));

describe("a certificate of the running platform", () => {
  let list: Revocations;
  beforeAll(async () => {
    list = await readRevocations(bytesOf(vector.revocations), keys);
  });

  it("is valid with a fresh list, and says what the register says", async () => {
    const checked = await verify(vector.code, keys, list, during);
    expect(checked.verdict).toBe("valid");
    expect(checked.says).toMatchObject({
      number: vector.number,
      city: 330200,
      grade: "AAA",
      name: "慈溪市兴伴居家养老服务有限公司",
      merchant: "019b76da-a942-704f-9fcf-8dc186718a4f",
      categories: ["elderly-emergency-call", "elderly-nursing", "patient-nursing"],
    });
  });

  it("is proven the same way where the browser knows no Ed25519", async () => {
    const asked = vi.spyOn(crypto.subtle, "importKey").mockRejectedValue(new DOMException("", "NotSupportedError"));
    const forged = vector.code.slice(0, -1) + (vector.code.endsWith("5") ? "4" : "5");
    expect((await verify(vector.code, keys, list, during)).verdict).toBe("valid");
    expect((await verify(forged, keys, list, during)).verdict).not.toBe("valid");
    asked.mockRestore();
  });

  it("has expired on its last day, and was not valid before its first", async () => {
    const { says } = await verify(vector.code, keys, list, during);
    expect((await verify(vector.code, keys, list, says?.validUntil ?? 0)).verdict).toBe("expired");
    expect((await verify(vector.code, keys, list, (says?.validFrom ?? 0) - 300_001)).verdict).toBe("not_yet_valid");
    expect((await verify(vector.code, keys, list, (says?.validFrom ?? 0) - 300_000)).verdict).toBe("valid");
  });

  it("is vouched for by no list, by an old one and by that of another city alike", async () => {
    for (const none of [null, { ...list, nextUpdate: during }, { ...list, city: 330100 }])
      expect((await verify(vector.code, keys, none, during)).verdict).toBe("revocations_too_old");
  });

  it("is revoked by a list that names it, however old that is", async () => {
    const names = { ...list, revoked: new Set([vector.number]), nextUpdate: 0 };
    expect((await verify(vector.code, keys, names, during)).verdict).toBe("revoked");
  });

  it("is read with no character and no byte changed", async () => {
    const bytes = fromBase45(vector.code.slice(4)) ?? new Uint8Array();
    for (let at = 0; at < bytes.length; at++) {
      const changed = bytes.map((byte, place) => (place === at ? byte ^ 1 : byte));
      const { verdict, says } = await verify(`NB1:${toBase45(changed)}`, keys, list, during);
      expect(["forged", "unknown_key", "unreadable"]).toContain(verdict);
      expect(says).toBeNull();
    }
  });

  it("is not taken with a longer way to write the same", async () => {
    const bytes = fromBase45(vector.code.slice(4)) ?? new Uint8Array();
    // The tag 18 in two bytes instead of one.
    const longer = Uint8Array.from([0xd8, 0x12, ...bytes.slice(1)]);
    expect((await verify(`NB1:${toBase45(longer)}`, keys, list, during)).verdict).toBe("unreadable");
  });

  it("is unknown without its key", async () => {
    expect((await verify(vector.code, [], list, during)).verdict).toBe("unknown_key");
  });

  it("is not what any other text is", async () => {
    for (const text of ["", "NB1:", "https://81890.example", vector.code.toLowerCase(), vector.code + "A"])
      expect((await verify(text, keys, list, during)).verdict).toBe("unreadable");
  });
});

describe("a list of revocations", () => {
  let pair: CryptoKeyPair;
  let trusted: TrustedKey[];
  const claims = () =>
    new Map<number, unknown>([
      [1, "81890"],
      [4, 2_000_000_000],
      [6, 1_900_000_000],
      [-65_537, [330200, packed(1, 7), packed(9)]],
    ]);
  beforeAll(async () => {
    pair = (await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"])) as CryptoKeyPair;
    const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    trusted = [{ id: "0a0b0c0d", bytes: raw }];
  });

  it("names the revoked and the contested", async () => {
    const list = await readRevocations(await sealed(claims(), "81890.revocations.1", pair), trusted);
    expect([...list.revoked]).toEqual(["330200-2026-000001", "330200-2026-000007"]);
    expect([...list.contested]).toEqual(["330200-2026-000009"]);
    expect(list.nextUpdate).toBe(2_000_000_000_000);
  });

  it("is not taken from a certificate, nor from another key", async () => {
    const other = await sealed(claims(), "81890.certificate.1", pair);
    await expect(readRevocations(other, trusted)).rejects.toMatchObject({ why: "forged" });
    await expect(readRevocations(bytesOf(vector.revocations), trusted)).rejects.toMatchObject({ why: "unknown_key" });
  });
});
