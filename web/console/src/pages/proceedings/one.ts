// One proceeding without what people said in it, out of the list: opening one in the clear is recorded, and must be a
// decision of its own.
import { type Api, data } from "@kit/api/client";
import type { components } from "@kit/api/generated/credit";

export type Proceeding = components["schemas"]["Proceeding"];

export async function findProceeding(api: Api, city: number, id: string): Promise<Proceeding | null> {
  const { items } = await data(api.credit.GET("/v1/proceedings", { params: { query: { city, id } } }));
  return items[0] ?? null;
}

/** Whether the merchant has a right to a hearing (听证) if it asks for one: by the notice, not by today's rules. */
export function mayAskHearing({ notice }: Pick<Proceeding, "notice">): boolean {
  return notice?.hearing_on_request ?? false;
}

export interface Clock {
  what:
    | "opened"
    | "confirmation"
    | "notice"
    | "reply"
    | "hearing"
    | "decision"
    | "rectification"
    | "proof"
    | "appeal"
    | "ruling"
    | "repair"
    | "until"
    | "repaired"
    | "reversed"
    | "ban";
  /** When it was done; null while it is to come. */
  doneAt: string | null;
  /** Until when it is due or possible, while it is to come. */
  by: string | null;
  /** What takes place at an hour and does not run out. */
  isHour?: boolean;
  /** A right of the merchant, or a period, which ends with its time: nobody is late with it. */
  lapses?: boolean;
}

/** Whether its emergency suspension is in force: neither ended, nor taken over by a decision. */
export function isSuspended(one: Pick<Proceeding, "emergency" | "decision">): boolean {
  return !!one.emergency && !one.emergency.ended_at && !one.decision;
}

/** Its emergency suspension: why and since when, until when or how it ended; null where there was none. */
export function emergencyOf({ emergency, decision }: Pick<Proceeding, "emergency" | "decision">) {
  if (!emergency) return null;
  const { at, reason, until, confirm_by, confirmed_by, ended_at, lifted_by, lift_reason } = emergency;
  const said = {
    at,
    reason,
    confirmBy: confirm_by,
    confirmedBy: confirmed_by,
    liftedBy: lifted_by,
    liftReason: lift_reason,
  };
  if (ended_at) return { ...said, to: ended_at, how: lifted_by ? "lifted" : confirmed_by ? "over" : "lapsed" } as const;
  if (decision) return { ...said, to: decision.at, how: "decided" } as const;
  return { ...said, to: until, how: "runs" } as const;
}

const CLOSED: readonly Proceeding["stage"][] = ["dropped", "expired", "repaired", "reversed"];
/** Whether nothing is to come of it any more. */
export function isClosed({ stage }: Pick<Proceeding, "stage">): boolean {
  return CLOSED.includes(stage);
}

/** What a proceeding keeps its merchant from orders by: since when, why, until when; of a removal, which has no end, until
 *  when the ban runs. */
export function holdOf(one: Proceeding) {
  const { emergency, decision } = one;
  if (emergency && isSuspended(one)) {
    const confirmBy = emergency.confirmed_by ? null : emergency.confirm_by;
    const { at: since, reason, until } = emergency;
    return { by: "emergency", since, reason, until, banUntil: null, confirmBy } as const;
  }
  const measure = decision?.measure;
  if (!decision || one.stage === "reversed" || (measure !== "suspension" && measure !== "removal")) return null;
  const { at: since, reason, until: end = null } = decision;
  // A removal outlasts its ban: only an admission anew ends it.
  if (measure === "removal")
    return { by: measure, since, reason, until: null, banUntil: end, confirmBy: null } as const;
  if (one.ended_at) return null;
  return { by: measure, since, reason, until: end, banUntil: null, confirmBy: null } as const;
}

/** By what a measure ended, or will: its time, unless a repair or a reversal came before. */
function endingOf({ stage }: Proceeding): "until" | "repaired" | "reversed" {
  return stage === "repaired" || stage === "reversed" ? stage : "until";
}

/** The clocks of due process (程序期限), in their order: what was done when, what is due by when. Each runs by its own state,
 *  and what was decided without it needs it no more. */
export function clocks(one: Proceeding): Clock[] {
  const { emergency, notice, hearing, decision, rectification, appeal } = one;
  /** Of what has an end: the moment until which it runs, unless it needs none any more. */
  const open = (runs: unknown, by: string | null | undefined) => (runs ? (by ?? null) : null);
  const repair = one.repairs.at(-1);
  const proven = rectification?.accepted ? (rectification.verdicts.at(-1)?.at ?? null) : null;
  const all: Clock[] = [
    { what: "opened", doneAt: one.opened_at, by: null },
    {
      what: "confirmation",
      doneAt: null,
      by: open(isSuspended(one) && !emergency?.confirmed_by, emergency?.confirm_by),
    },
    { what: "notice", doneAt: notice?.at ?? null, by: open(!decision, one.notice_by) },
    { what: "reply", doneAt: one.replied_at ?? null, by: open(!decision, notice?.reply_by), lapses: true },
    {
      what: "hearing",
      doneAt: hearing?.recorded_by ? hearing.on : null,
      by: open(!decision, hearing?.on ?? (one.stage === "hearing_asked" ? one.decide_by : null)),
      isHour: hearing !== undefined && hearing !== null,
    },
    { what: "decision", doneAt: decision?.at ?? null, by: open(!decision, one.decide_by) },
    { what: "rectification", doneAt: rectification?.proven_at ?? null, by: open(!one.ended_at, rectification?.due_by) },
    { what: "proof", doneAt: proven, by: open(!one.ended_at, rectification?.decide_by) },
    {
      what: "appeal",
      doneAt: appeal?.at ?? null,
      by: open(decision?.measure && !one.ended_at, decision?.appeal_by),
      lapses: true,
    },
    { what: "ruling", doneAt: appeal?.verdict?.at ?? null, by: appeal?.decide_by ?? null },
    { what: "repair", doneAt: repair?.verdict?.at ?? null, by: open(!one.ended_at, repair?.decide_by) },
    // The time of a removal is that of its ban, which a repair does not shorten.
    decision?.measure === "removal" && one.stage !== "reversed"
      ? {
          what: "ban",
          doneAt: one.stage === "expired" ? (one.ended_at ?? null) : null,
          by: decision.until ?? null,
          lapses: true,
        }
      : { what: endingOf(one), doneAt: one.ended_at ?? null, by: decision?.until ?? null, lapses: true },
  ];
  return all
    .map((clock) => (clock.doneAt ? { ...clock, by: null } : clock))
    .filter((clock) => clock.doneAt !== null || clock.by !== null);
}
