// What the device keeps for checking without a connection, and how a code is checked: by the register where it can be
// reached, else here.
import type { Api } from "@kit/api/client";
import { data } from "@kit/api/client";
import type { components } from "@kit/api/generated/credit";
import { fetched, kept, type Trust } from "@kit/certificate/trust";
import { verify, type Verdict } from "@kit/certificate/verify";
import { nowThere } from "@kit/now";
import { ref, shallowRef } from "vue";

type Certificate = components["schemas"]["Certificate"];

/** A certificate as it is shown, whoever checked it. */
export interface Shown {
  /** `nothing_kept` is none: there was no network, and nothing on the device to check with. */
  verdict: Verdict | "nothing_kept";
  /** Absent unless a trusted key signed it. */
  says: Pick<
    Certificate,
    "number" | "merchant" | "name" | "grade" | "categories" | "issuer" | "valid_from" | "valid_until"
  > | null;
  contested: boolean;
  revokedBecause?: Certificate["revoked_because"];
  revokedAt?: string | null;
  /** When the register was asked; null where it was not. */
  checkedAt: string | null;
  /** When the list was fetched that it was checked with; null when the register itself was asked. */
  offlineWith: { listFetchedAt: number | null } | null;
}

/** The register answers at once or is as good as away. */
export const ANSWER_MS = 5_000;

export function useTrust(api: Api, city: number) {
  const trust = shallowRef<Trust | null>(null);
  const error = shallowRef<unknown>(null);
  const busy = ref(false);

  /** What is kept is there at once; what is new comes when it can. */
  async function renew(): Promise<void> {
    busy.value = true;
    error.value = null;
    try {
      trust.value ??= await kept(city);
      trust.value = await fetched(api, city);
    } catch (thrown) {
      error.value = thrown;
    } finally {
      busy.value = false;
    }
  }

  async function check(text: string): Promise<Shown> {
    const register = await asked(api, text);
    return register ?? checkedHere(text, trust.value ?? (await kept(city)));
  }
  return { trust, error, busy, renew, check };
}

async function asked(api: Api, text: string): Promise<Shown | null> {
  if (!navigator.onLine) return null;
  try {
    const signal = AbortSignal.timeout(ANSWER_MS);
    const found = await data(api.credit.POST("/v1/certificates/verify", { body: { code: text }, signal }));
    return {
      verdict: found.verdict,
      says: found.certificate ?? null,
      contested: found.certificate?.under_objection ?? false,
      revokedBecause: found.certificate?.revoked_because,
      revokedAt: found.certificate?.revoked_at,
      checkedAt: new Date(nowThere()).toISOString(),
      offlineWith: null,
    };
  } catch {
    // Whatever went wrong there, the code proves itself here.
    return null;
  }
}

export async function checkedHere(text: string, trust: Trust | null, clock: number = nowThere()): Promise<Shown> {
  const now = Math.max(clock, trust?.earliest ?? 0);
  const { verdict, says, contested } = await verify(text, trust?.keys ?? [], trust?.revocations ?? null, now);
  // A device that knows no signer at all cannot doubt this one.
  const isUnchecked = !trust?.keys.length && verdict === "unknown_key";
  const at = (moment: number) => new Date(moment).toISOString();
  return {
    verdict: isUnchecked ? "nothing_kept" : verdict,
    says: says && { ...says, valid_from: at(says.validFrom), valid_until: at(says.validUntil) },
    contested,
    checkedAt: null,
    offlineWith: { listFetchedAt: trust?.listFetchedAt ?? null },
  };
}
