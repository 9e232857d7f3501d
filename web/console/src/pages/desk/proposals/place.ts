// Where a choice against the rule stands in the order as it is now.
import type { ExplainedCandidate, Explanation } from "../ranking/ranking";

type Exclusion = Explanation["exclusions"][number];

export type Place =
  | { kind: "nobody" | "first" }
  | { kind: "listed" | "unlisted"; first: string; place: number }
  | { kind: "excluded"; reason: Exclusion["reason"] };

interface Order {
  candidates: readonly Pick<ExplainedCandidate, "merchant" | "name">[];
  exclusions: readonly Pick<Exclusion, "merchant" | "reason">[];
}

/** The order names so many candidates and exclusions: who is in neither stands behind them. */
export function placeOf({ candidates, exclusions }: Order, merchant: string): Place {
  const excluded = exclusions.find((one) => one.merchant === merchant);
  if (excluded) return { kind: "excluded", reason: excluded.reason };
  const [first] = candidates;
  if (!first) return { kind: "nobody" };
  if (first.merchant === merchant) return { kind: "first" };
  const at = candidates.findIndex((one) => one.merchant === merchant);
  return at < 0
    ? { kind: "unlisted", first: first.name, place: candidates.length }
    : { kind: "listed", first: first.name, place: at + 1 };
}
