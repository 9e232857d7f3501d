// What a device keeps so that it can check certificates without a connection: the keys, and the signed list of each city
// that was asked for, both with the moment at which they were fetched.
import { get, set } from "idb-keyval";

import { data, type Api } from "../api/client";
import type { components } from "../api/generated/credit";
import { nowThere } from "../now";
import { Unproven, type TrustedKey } from "./cose";
import { readRevocations, type Revocations } from "./statement";

type Key = components["schemas"]["CertificateKey"];

interface KeptKeys {
  keys: Key[];
  fetchedAt: number;
}
interface KeptList {
  signed: Uint8Array;
  fetchedAt: number;
}

export interface Trust {
  keys: TrustedKey[];
  revocations: Revocations | null;
  /** When the list was fetched; null without one. */
  listFetchedAt: number | null;
  /** A clock that was set back does not make a certificate valid again: it is at least as late as what was fetched. */
  earliest: number;
}

const KEYS = "81890.certificate.keys";
const list = (city: number) => `81890.certificate.list.${city}`;

/** What is kept on the device; null before the first visit with a connection. */
export async function kept(city: number): Promise<Trust | null> {
  const [keys, revocations] = await Promise.all([get<KeptKeys>(KEYS), get<KeptList>(list(city))]);
  if (!keys) return null;
  const trusted = usable(keys.keys);
  const read = revocations && (await readRevocations(revocations.signed, trusted).catch(ignored));
  return {
    keys: trusted,
    revocations: read ?? null,
    listFetchedAt: read ? (revocations?.fetchedAt ?? null) : null,
    earliest: Math.max(keys.fetchedAt, read?.issuedAt ?? 0),
  };
}

/** Fetches both and keeps them. An older list than the one that is there is not kept. */
export async function fetched(api: Api, city: number): Promise<Trust | null> {
  // From the services themselves: what a cache gives is older than the moment that is kept with it.
  const cache = "no-store";
  const { keys } = await data(api.credit.GET("/v1/certificates/keys", { cache }));
  const answer = await data(
    api.credit.GET("/v1/certificates/revocations", { params: { query: { city } }, parseAs: "arrayBuffer", cache }),
  );
  const now = nowThere();
  await set(KEYS, { keys, fetchedAt: now } satisfies KeptKeys);
  const signed = new Uint8Array(answer);
  const [found, before] = [await readRevocations(signed, usable(keys)).catch(ignored), await kept(city)];
  if (found?.city === city && found.issuedAt >= (before?.revocations?.issuedAt ?? 0))
    await set(list(city), { signed, fetchedAt: now } satisfies KeptList);
  return kept(city);
}

/** A list that no key signed is as good as none. */
function ignored(error: unknown): null {
  if (error instanceof Unproven) return null;
  throw error;
}

/** The keys that a browser can check with: of another kind, only the register can. */
export function usable(keys: readonly Key[]): TrustedKey[] {
  return keys.filter((key) => key.crv === "Ed25519").map((key) => ({ id: key.kid, bytes: fromBase64Url(key.x) }));
}

function fromBase64Url(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}
