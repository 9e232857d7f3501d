// One proceeding without what people said in it. The service gives such a thing in lists alone: opening one in the clear is
// recorded, and must be a decision of its own.
import { type Api, data } from "@kit/api/client";
import type { components } from "@kit/api/generated/credit";

export type Proceeding = components["schemas"]["Proceeding"];
const PAGE = 200;
const PAGES_MAX = 10;

/** The first that is meant, among those of the merchant or of the city. */
export async function findProceeding(
  api: Api,
  city: number,
  merchant: string | undefined,
  isMeant: (one: Proceeding) => boolean,
): Promise<Proceeding | null> {
  let after: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const found = await data(
      api.credit.GET("/v1/proceedings", { params: { query: { city, merchant, limit: PAGE, after } } }),
    );
    const one = found.items.find(isMeant);
    if (one || !found.next) return one ?? null;
    after = found.next;
  }
  return null;
}

export interface Clock {
  what: "opened" | "notice" | "reply" | "hearing" | "decision" | "rectification" | "appeal" | "repair" | "until";
  /** When it was done; null while it is to come. */
  doneAt: string | null;
  /** Until when it is due or possible, while it is to come. */
  by: string | null;
}

/** The clocks of due process (程序期限), in their order: what was done when, what is due by when. */
export function clocks(one: Proceeding): Clock[] {
  const due = (what: string) => (one.due?.what === what ? one.due.by : null);
  const all: Clock[] = [
    { what: "opened", doneAt: one.opened_at, by: null },
    { what: "notice", doneAt: one.notice?.at ?? null, by: due("notice") },
    { what: "reply", doneAt: one.replied_at ?? null, by: one.replied_at ? null : (one.notice?.reply_by ?? null) },
    { what: "hearing", doneAt: one.hearing?.recorded_by ? one.hearing.on : null, by: one.hearing?.on ?? null },
    { what: "decision", doneAt: one.decision?.at ?? null, by: due("decision") },
    {
      what: "rectification",
      doneAt: one.rectification?.proven_at ?? null,
      by: due("proof") ?? one.rectification?.due_by ?? null,
    },
    {
      what: "appeal",
      doneAt: one.appeal?.verdict?.at ?? null,
      by: one.appeal ? one.appeal.decide_by : one.ended_at ? null : (one.decision?.appeal_by ?? null),
    },
    { what: "repair", doneAt: one.repairs.at(-1)?.verdict?.at ?? null, by: due("repair") },
    { what: "until", doneAt: one.ended_at ?? null, by: one.decision?.until ?? null },
  ];
  return all
    .map((clock) => (clock.doneAt ? { ...clock, by: null } : clock))
    .filter((clock) => clock.doneAt !== null || clock.by !== null);
}
