// A ledger as it is read: what an entry was for, what took it back, how the score came to be.
import { data, type Api } from "@kit/api/client";
import type { components } from "@kit/api/generated/credit";

export type Entry = components["schemas"]["LedgerEntry"];
export type Points = components["schemas"]["CreditPoints"];
export type Dimension = keyof Points;

export const DIMENSIONS = [
  "social_evaluation",
  "credit_activities",
  "credit_record",
  "demonstration",
] as const satisfies readonly Dimension[];

const PAGE = 200;
const PAGES_MAX = 10;
export const SCORE_MAX = 1_000;

export interface Ledger {
  /** The first entry first. */
  entries: Entry[];
  /** False where there are more than a page can show: the first ones are there. */
  isWhole: boolean;
}

/** The whole ledger, as far as a page can show it: the score is the sum of all entries. */
export async function readLedger(api: Api, city: number, id: string): Promise<Ledger> {
  const entries: Entry[] = [];
  let after: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const found = await data(
      api.credit.GET("/v1/merchants/{id}/ledger", { params: { path: { id }, query: { city, limit: PAGE, after } } }),
    );
    entries.push(...found.items);
    if (!found.next) return { entries, isWhole: true };
    after = found.next;
  }
  return { entries, isWhole: false };
}

/** What a cause such as `breach_verified:0198…` names. */
export function causeOf(cause: string): { kind: string; id: string | undefined } {
  const at = cause.indexOf(":");
  return at < 0 ? { kind: cause, id: undefined } : { kind: cause.slice(0, at), id: cause.slice(at + 1) };
}

/** Causes that take an earlier entry back; what they name is that entry. */
const TAKES_BACK = ["reversal", "expiry", "repair"];

/** For each entry that was taken back, the one that did so. */
export function takenBack(entries: readonly Entry[]): Map<string, Entry> {
  const found = new Map<string, Entry>();
  for (const entry of entries) {
    const { kind, id } = causeOf(entry.cause);
    if (id && TAKES_BACK.includes(kind)) found.set(id, entry);
  }
  return found;
}

export interface Bounds {
  floor: number;
  ceiling: number;
}

export interface Step {
  entry: Entry;
  /** Points as they count after it: each dimension within its bounds. */
  counted: Points;
  score: number;
}

/** The score after each entry: the sum of all before, each dimension within its bounds. */
export function standing(entries: readonly Entry[], bounds: Record<Dimension, Bounds>): Step[] {
  const sum: Points = { social_evaluation: 0, credit_activities: 0, credit_record: 0, demonstration: 0 };
  return entries.map((entry) => {
    const counted = { ...sum };
    let score = 0;
    for (const dimension of DIMENSIONS) {
      sum[dimension] += entry.points[dimension];
      const { floor, ceiling } = bounds[dimension];
      counted[dimension] = Math.max(floor, Math.min(ceiling, sum[dimension]));
      score += counted[dimension];
    }
    return { entry, counted, score: Math.max(0, Math.min(SCORE_MAX, score)) };
  });
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
    sanction: `/proceedings/${id}?merchant=${merchant}`,
    admission: `/admission/${id}`,
    objection: `/objections/${id}?merchant=${merchant}`,
    activity: `/activities/${id}`,
    honour: `/merchants/${merchant}?tab=honours`,
    volunteering: `/merchants/${merchant}?tab=honours`,
  };
  return there[kind] ?? null;
}
