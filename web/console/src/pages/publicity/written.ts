// Which notices a person writes and takes down; all others follow from decisions, and end with them.
import type { components } from "@kit/api/generated/credit";

export const WRITTEN = [
  "announcement",
  "standard",
] as const satisfies readonly components["schemas"]["NoticeBody"]["kind"][];

export function isWritten(kind: string): boolean {
  return WRITTEN.some((one) => one === kind);
}
