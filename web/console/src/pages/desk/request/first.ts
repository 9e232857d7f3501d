// Two who dispatch the same request at once: the first result stands. Who comes second is told whose it is.
import type { components } from "@kit/api/generated/dispatch";

type Schemas = components["schemas"];

/** What stands, though somebody chose otherwise or at the same moment. */
export interface First {
  /** Dispatched, or waiting for a second person. */
  kind: "dispatched" | "proposed";
  merchant: string;
  by: Schemas["Actor"];
  at: string;
}

/** Whose choice stands, where it is not one's own; `chosen` is the merchant that was asked for, `own` the account. The
 *  same choice of the same person is an attempt whose answer was lost. */
export function firstOf(
  found: Schemas["Assigned"] | Schemas["SteppedProposal"],
  chosen: string | undefined,
  own: string | undefined,
): First | null {
  if (!found.already) return null;
  const first = "assignment" in found ? dispatched(found) : proposed(found.proposal);
  const isOwn = first.by.kind === "staff" && first.by.id === own;
  return isOwn && (chosen === undefined || chosen === first.merchant) ? null : first;
}

function dispatched({ merchant, offered_by: by, offered_at: at }: Schemas["Assigned"]): First {
  return { kind: "dispatched", merchant, by, at };
}

function proposed({ merchant, proposed_by: by, proposed_at: at }: Schemas["Proposal"]): First {
  return { kind: "proposed", merchant, by, at };
}
