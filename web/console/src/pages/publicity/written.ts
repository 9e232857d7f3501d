// Which notices a person writes and takes down; all others follow from decisions, and end with them.
import type { components } from "@kit/api/generated/credit";
import { endOf, wallAt } from "@kit/zone";

export const WRITTEN = [
  "announcement",
  "standard",
] as const satisfies readonly components["schemas"]["NoticeBody"]["kind"][];

export function isWritten(kind: string): boolean {
  return WRITTEN.some((one) => one === kind);
}

/** The first day on which it can be taken down, as the moment at which that day begins: the one after it was published. A
 *  time to publish that is over counts as now. */
export function removableFrom(publishAt: string | null, now: number, zone: string): string {
  const from = new Date(Math.max(now, publishAt ? Date.parse(publishAt) : 0)).toISOString();
  return endOf(wallAt(from, zone).slice(0, 10), zone);
}
