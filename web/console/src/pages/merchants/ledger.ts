// A ledger as it is read: what an entry was for, what took it back, how the score came to be.
import { data, type Api } from "@kit/api/client";
import type { components, paths } from "@kit/api/generated/credit";
import { exactly, type Total } from "@kit/total";

export type Entry = components["schemas"]["LedgerEntry"];
export type Points = components["schemas"]["CreditPoints"];
export type Dimension = keyof Points;

export const DIMENSIONS = [
  "social_evaluation",
  "credit_activities",
  "credit_record",
  "demonstration",
] as const satisfies readonly Dimension[];

type Asked = NonNullable<paths["/v1/merchants/{id}/ledger"]["get"]["parameters"]["query"]>;
export type Cause = NonNullable<Asked["cause"]>;

/** Kinds of fact that make entries. */
export const CAUSES = [
  "opening",
  "admission",
  "followup",
  "breach_verified",
  "sanction",
  "activity",
  "honour",
  "volunteering",
  "recount",
  "quality",
  "evaluation",
  "reversal",
  "correction",
  "reassessment",
  "repair",
  "expiry",
] as const satisfies readonly Cause[];

/** Which entries to read; all of them where it says nothing. */
export type LedgerFilter = Pick<Asked, "year" | "dimension" | "cause">;

const PAGE = 200;
const PAGES_MAX = 10;
export const SCORE_MAX = 1_000;

export interface Ledger {
  /** The first entry first. */
  entries: Entry[];
  /** How many there are in all, as the service counts. */
  total: Total;
  /** False where there are more than a page can show: the first ones are there. */
  isWhole: boolean;
}

/** The entries that fit, as far as a page can show them. */
export async function readLedger(api: Api, city: number, id: string, filter: LedgerFilter = {}): Promise<Ledger> {
  const entries: Entry[] = [];
  let total: Total | undefined;
  let after: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const query = { city, ...filter, limit: PAGE, after, total: page === 0 || undefined };
    const found = await data(api.credit.GET("/v1/merchants/{id}/ledger", { params: { path: { id }, query } }));
    entries.push(...found.items);
    total ??= found.total ?? undefined;
    if (!found.next) return { entries, total: exactly(entries.length), isWhole: true };
    after = found.next;
  }
  return { entries, total: total ?? { count: entries.length, exact: false }, isWhole: false };
}

/** All entries that took others back: what they took may stand in another year, and under another filter. */
export async function readTakenBack(api: Api, city: number, id: string): Promise<Map<string, Entry>> {
  const read = await Promise.all(TAKES_BACK.map((cause) => readLedger(api, city, id, { cause })));
  return takenBack(read.flatMap(({ entries }) => entries));
}

/** What a cause such as `breach_verified:0198…` names. */
export function causeOf(cause: string): { kind: string; id: string | undefined } {
  const at = cause.indexOf(":");
  return at < 0 ? { kind: cause, id: undefined } : { kind: cause.slice(0, at), id: cause.slice(at + 1) };
}

/** Causes that take an earlier entry back; what they name is that entry. */
const TAKES_BACK = ["reversal", "expiry", "repair"] as const satisfies readonly Cause[];

/** For each entry that was taken back, the one that did so. */
export function takenBack(entries: readonly Entry[]): Map<string, Entry> {
  const found = new Map<string, Entry>();
  for (const entry of entries) {
    const { kind, id } = causeOf(entry.cause);
    if (id && TAKES_BACK.some((one) => one === kind)) found.set(id, entry);
  }
  return found;
}

export interface Bounds {
  floor: number;
  ceiling: number;
}

/** The bounds that a document of rules gives; null where it gives none. */
export function boundsOf(rules: unknown): Record<Dimension, Bounds> | null {
  const all = field(rules, "dimensions");
  const [social_evaluation, credit_activities, credit_record, demonstration] = DIMENSIONS.map((dimension) => {
    const one = field(all, dimension);
    const [floor, ceiling] = [field(one, "floor"), field(one, "ceiling")];
    return typeof floor === "number" && typeof ceiling === "number" ? { floor, ceiling } : null;
  });
  if (!social_evaluation || !credit_activities || !credit_record || !demonstration) return null;
  return { social_evaluation, credit_activities, credit_record, demonstration };
}

function field(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Object.entries(of).find(([key]) => key === name)?.[1] : undefined;
}

/** The sum of an entry's points. */
export function total(points: Points): number {
  return DIMENSIONS.reduce((sum, dimension) => sum + points[dimension], 0);
}

/** Where the facts behind an entry are shown. */
export function evidence(cause: string, merchant: string): string | null {
  const { kind, id } = causeOf(cause);
  if (!id) return null;
  const there: Record<string, string> = {
    breach_verified: `/cases/${id}`,
    followup: `/callbacks/${id}`,
    sanction: `/proceedings/${id}`,
    admission: `/admission/${id}`,
    objection: `/objections/${id}`,
    activity: `/activities/${id}`,
    honour: `/merchants/${merchant}?tab=honours`,
    volunteering: `/merchants/${merchant}?tab=honours`,
  };
  return there[kind] ?? null;
}
