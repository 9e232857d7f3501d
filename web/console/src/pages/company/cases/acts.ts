// What a company does in its own proceeding.
import type { components } from "@kit/api/generated/credit";

export const ACTS = ["reply", "prove", "appeal", "apply_for_repair"] as const;
export type Act = (typeof ACTS)[number];

type Proceeding = components["schemas"]["Proceeding"];
/** What the company can do next, and until when; null where it has nothing to do, or no time runs. */
export function ownDue(one: Proceeding): { act: Act; by: string } | null {
  const ends: Record<Act, string | null | undefined> = {
    reply: one.notice?.reply_by,
    prove: one.rectification?.due_by,
    appeal: one.decision?.appeal_by,
    apply_for_repair: null,
  };
  const open = ACTS.flatMap((act) => {
    const by = one.allowed_actions.includes(act) ? ends[act] : null;
    return by ? [{ act, by }] : [];
  });
  return open.toSorted((one, other) => Date.parse(one.by) - Date.parse(other.by))[0] ?? null;
}

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
