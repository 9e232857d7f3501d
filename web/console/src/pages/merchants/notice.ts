// Where what a notice is about is shown, to the merchant within its own pages, to staff within theirs; and what became of
// it since.
import type { components } from "@kit/api/generated/credit";

import { causeOf, type Entry } from "./ledger";

export function subjectOf(subject: string, merchant: string, isOwn: boolean): string {
  const { kind, id = "" } = causeOf(subject);
  const own: Record<string, string> = {
    proceeding: `/company/cases/${id}`,
    objection: `/company/objections/${id}`,
    evaluation: "/company/standing?tab=reports",
    case: "/company/standing?tab=ledger",
    honour: "/company/standing?tab=honours",
    application: "/company/applications",
  };
  const staff: Record<string, string> = {
    proceeding: `/proceedings/${id}`,
    objection: `/objections/${id}`,
    evaluation: `/evaluations/${id}/reports/${merchant}`,
    case: `/merchants/${merchant}?tab=ledger`,
    honour: `/merchants/${merchant}?tab=honours`,
    application: `/admission/${id}`,
  };
  return isOwn ? (own[kind] ?? "/company/papers") : (staff[kind] ?? `/merchants/${merchant}?tab=file`);
}

/** How and when the breach that a notice tells of was taken back, of the entries that took breaches back, by case. One whose
 *  time was over was not: all that the notice says of it came to be. */
export function undoneOf(
  { kind, subject }: Pick<components["schemas"]["MerchantNotice"], "kind" | "subject">,
  undone: ReadonlyMap<string, Pick<Entry, "cause" | "recorded_at">> | undefined,
): { how: "reversed" | "repaired"; at: string } | undefined {
  const back = kind === "breach_recorded" ? undone?.get(causeOf(subject).id ?? "") : undefined;
  if (!back) return undefined;
  const how = { reversal: "reversed", repair: "repaired" } as const;
  const by = causeOf(back.cause).kind;
  return by === "reversal" || by === "repair" ? { how: how[by], at: back.recorded_at } : undefined;
}

type Told = Pick<components["schemas"]["MerchantNotice"], "id" | "kind" | "subject" | "date">;

/** The time of a hearing that was called more than once: which one stands now, and which one stood before; of the notices
 *  with the last first. */
export function hearingMoved(
  one: Told,
  notices: readonly Told[],
): { to: string; from?: undefined } | { from: string; to?: undefined } | undefined {
  if (one.kind !== "hearing_called") return undefined;
  const alike = notices.filter(({ kind, subject }) => kind === one.kind && subject === one.subject);
  const [last] = alike;
  if (last?.date && last.id !== one.id) return { to: last.date };
  const before = alike[1]?.date;
  return before ? { from: before } : undefined;
}
