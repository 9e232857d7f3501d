// Whoever comes second with a decision in a proceeding: what somebody else decided since one looked stands.
import type { Act, Measure } from "./acts";
import type { Proceeding } from "./one";

export interface First {
  by: string;
  /** Absent where only who did it is kept. */
  at?: string;
  /** A measure, or how it was ruled otherwise. */
  how: Measure | "dropped" | "granted" | "rejected" | "confirmed" | "lifted";
}

type File = Pick<Proceeding, "decision" | "emergency" | "rectification" | "appeal" | "repairs">;

/** What somebody else did since `before` that leaves nothing for the act; null where nobody did, or it was oneself. */
export function ruledByOther(act: Act, before: File, now: File, self: string | undefined): First | null {
  const stood = rulingOf(act, before);
  const first = rulingOf(act, now);
  return !first || first.by === self || JSON.stringify(first) === JSON.stringify(stood) ? null : first;
}

function rulingOf(act: Act, one: File): First | null {
  switch (act) {
    case "impose":
    case "drop":
      return decisionOf(one);
    case "lift_suspension":
      return liftOf(one) ?? decisionOf(one);
    case "confirm_suspension":
      return liftOf(one) ?? decisionOf(one) ?? confirmationOf(one);
    case "judge_proof":
      return verdictOf(one.rectification?.verdicts.at(-1));
    case "rule_on_appeal":
      return verdictOf(one.appeal?.verdict);
    case "decide_repair":
      return verdictOf(one.repairs.findLast(({ verdict }) => verdict)?.verdict);
    case "suspend":
    case "notify":
    case "call_hearing":
    case "record_hearing":
    case "reply":
    case "prove":
    case "appeal":
    case "apply_for_repair":
      return null;
  }
}

function decisionOf({ decision }: File): First | null {
  return decision ? { by: decision.by, at: decision.at, how: decision.measure ?? "dropped" } : null;
}

function liftOf({ emergency }: File): First | null {
  const by = emergency?.lifted_by;
  return by ? { by, at: emergency.ended_at ?? undefined, how: "lifted" } : null;
}

function confirmationOf({ emergency }: File): First | null {
  return emergency?.confirmed_by ? { by: emergency.confirmed_by, how: "confirmed" } : null;
}

type Verdict = NonNullable<NonNullable<Proceeding["appeal"]>["verdict"]>;
function verdictOf(verdict: Verdict | null | undefined): First | null {
  return verdict ? { by: verdict.by, at: verdict.at, how: verdict.granted ? "granted" : "rejected" } : null;
}
