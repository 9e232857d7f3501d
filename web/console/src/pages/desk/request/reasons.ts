// Why a dispatch is not the rule's, as a person says it.
import type { components } from "@kit/api/generated/dispatch";

export type ReasonCode = components["schemas"]["OverrideCode"];

/** Why another than the first. */
export const OVERRIDE: readonly ReasonCode[] = [
  "citizen_chose",
  "knows_the_case",
  "not_reached",
  "special_skill",
  "other",
];
/** Why one again that did not take it. */
export const AGAIN: readonly ReasonCode[] = ["agreed", "citizen_chose", "knows_the_case", "special_skill", "other"];

/** What is sent; nothing until something was chosen, and for anything else written. */
export function reasonOf(code: ReasonCode | "", note: string): string | undefined {
  if (code === "other") return note.trim() || undefined;
  return code || undefined;
}
