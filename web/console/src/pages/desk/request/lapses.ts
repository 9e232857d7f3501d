// Who had its chance with a request and did not take it, and how that ended.
import type { Explanation } from "../ranking/ranking";
import type { TimelineEntry } from "./timeline";

export interface Lapse {
  merchant: string;
  name: string;
  /** How its last offer ended, where the timeline says so. */
  how: { kind: "declined" | "expired"; at: string } | null;
}

export function lapsesOf(order: Pick<Explanation, "exclusions">, entries: TimelineEntry[]): Lapse[] {
  const tried = order.exclusions.filter(({ reason }) => reason === "already_tried");
  return tried.map(({ merchant, name }) => ({ merchant, name, how: lastOf(merchant, entries) }));
}

function lastOf(merchant: string, entries: TimelineEntry[]): Lapse["how"] {
  for (const { kind, at, merchant: whose } of entries.toReversed()) {
    if (whose === merchant && (kind === "declined" || kind === "expired")) return { kind, at };
  }
  return null;
}

/** Since when nobody can be found; nothing while somebody may be. */
export function unservedSince(entries: TimelineEntry[]): string | undefined {
  return entries.findLast(({ kind }) => kind === "unserved")?.at;
}
