// Who had its chance with a request and did not take it, and how that ended.
import type { Explanation } from "../ranking/ranking";
import { type Offer, offerOf } from "./offers";
import type { TimelineEntry } from "./timeline";

export interface Lapse {
  merchant: string;
  name: string;
  /** How its last offer ended, where the timeline says so. */
  how: { kind: "declined" | "expired"; at: string; reason: Offer["decline_reason"] } | null;
}

export function lapsesOf(
  order: Pick<Explanation, "exclusions">,
  entries: TimelineEntry[],
  offers: readonly Offer[],
): Lapse[] {
  const tried = order.exclusions.filter(({ reason }) => reason === "already_tried");
  return tried.map(({ merchant, name }) => ({ merchant, name, how: lastOf(merchant, entries, offers) }));
}

function lastOf(merchant: string, entries: TimelineEntry[], offers: readonly Offer[]): Lapse["how"] {
  for (const entry of entries.toReversed()) {
    const { kind, at } = entry;
    if (entry.merchant === merchant && (kind === "declined" || kind === "expired"))
      return { kind, at, reason: offerOf(entry, offers)?.decline_reason };
  }
  return null;
}

/** Since when nobody can be found; nothing while somebody may be. */
export function unservedSince(entries: TimelineEntry[]): string | undefined {
  return entries.findLast(({ kind }) => kind === "unserved")?.at;
}
