import { usable } from "@kit/certificate/trust";
import { readRevocations } from "@kit/certificate/statement";
import vector from "@kit/certificate/vector.json";
import { expect, it } from "vitest";

import { checkedHere } from "./trust";

const keys = usable(vector.keys);
const list = await readRevocations(
  Uint8Array.from(vector.revocations.match(/../g) ?? [], (byte) => parseInt(byte, 16)),
  keys,
);
const during = Date.parse("2026-11-26T12:00:00Z");
const trust = { keys, revocations: list, listFetchedAt: during, earliest: during };

it("says with which list a certificate was checked", async () => {
  const shown = await checkedHere(vector.code, trust, during);
  expect(shown).toMatchObject({ verdict: "valid", offlineWith: { listFetchedAt: during } });
});

it("neither trusts nor doubts on a device that was never online", async () => {
  for (const nothing of [null, { ...trust, keys: [], revocations: null }])
    expect(await checkedHere(vector.code, nothing, during)).toMatchObject({ verdict: "nothing_kept", says: null });
});

it("doubts who signed where it knows others, and what is no certificate in any case", async () => {
  const others = { ...trust, keys: keys.map((key) => ({ ...key, id: `not ${key.id}` })) };
  expect((await checkedHere(vector.code, others, during)).verdict).toBe("unknown_key");
  expect((await checkedHere("81890", null, during)).verdict).toBe("unreadable");
});

it("is not deceived by a clock that was set back", async () => {
  const later = { ...trust, earliest: Date.parse("2027-06-01T00:00:00Z") };
  expect((await checkedHere(vector.code, later, during)).verdict).toBe("expired");
});
