// Where what a notice is about is shown: to the merchant within its own pages, to staff within theirs.
import { causeOf } from "./ledger";

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
