// What a company does in its own proceeding.
import type { components } from "@kit/api/generated/credit";

export const ACTS = ["reply", "prove", "appeal", "apply_for_repair"] as const;
export type Act = (typeof ACTS)[number];

export function answer(act: Act, text: string, asksHearing: boolean): components["schemas"]["ProceedingAnswer"] {
  switch (act) {
    case "reply":
      return { act, text, asks_hearing: asksHearing };
    case "prove":
    case "apply_for_repair":
      return { act, proof: text };
    case "appeal":
      return { act, grounds: text };
  }
}
