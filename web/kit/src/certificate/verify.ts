// Checks a certificate with what a reader has at hand, as `credit_domain::certificate::verify` does: the keys it trusts,
// the list of revocations of the certificate's city that it fetched last, its clock.
import { Unproven, type TrustedKey } from "./cose";
import { readStatement, type Revocations, type Statement } from "./statement";

export type Verdict =
  "valid" | "expired" | "not_yet_valid" | "revoked" | "unknown_key" | "forged" | "revocations_too_old" | "unreadable";

export interface Checked {
  verdict: Verdict;
  /** What it says; nothing unless a trusted key signed it. */
  says: Statement | null;
  /** Whether the merchant objects to an entry behind the grade, as the list knows. */
  contested: boolean;
}

/** So far may the clock of whoever verifies be behind the issuer's. */
const SKEW_MS = 300_000;

export async function verify(
  text: string,
  keys: readonly TrustedKey[],
  revocations: Revocations | null,
  now: number,
): Promise<Checked> {
  let says: Statement;
  try {
    says = await readStatement(text, keys);
  } catch (error) {
    if (error instanceof Unproven) return { verdict: error.why, says: null, contested: false };
    throw error;
  }
  const list = revocations?.city === says.city ? revocations : null;
  return { verdict: verdict(says, list, now), says, contested: list?.contested.has(says.number) ?? false };
}

function verdict(says: Statement, list: Revocations | null, now: number): Verdict {
  if (now + SKEW_MS < says.validFrom) return "not_yet_valid";
  if (now >= says.validUntil) return "expired";
  // A revocation is for ever, however old the list is.
  if (list?.revoked.has(says.number)) return "revoked";
  return list && now < list.nextUpdate ? "valid" : "revocations_too_old";
}
