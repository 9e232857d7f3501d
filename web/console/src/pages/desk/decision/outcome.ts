// What a decision record says, as far as every policy version says it: records are kept as they were written.
import type { components } from "@kit/api/generated/dispatch";

type Actor = components["schemas"]["Actor"];

export type DecidedCandidate = Pick<
  components["schemas"]["ExplainedCandidate"],
  "merchant" | "name" | "grade" | "arrival" | "proximity" | "served_permille" | "open" | "capacity" | "reserved"
> & { behind_by: components["schemas"]["Criterion"] | null; under_objection: boolean };

export interface Decided {
  candidates: DecidedCandidate[];
  /** Who was chosen, at which place of the order, and whether that was against the rule. */
  chosen: { merchant: string; name: string; position: number; overridden: boolean } | null;
  /** Whether it had not taken the request before, and a person asked it again. */
  again: boolean;
  /** Who chose, where a person did, and who agreed as the second person. */
  by: Actor | null;
  approvedBy: Actor | null;
  /** Why somebody else than the first, and what was written to it. */
  reason: { code: string; note: string } | null;
}

const GRADES = ["D", "C", "B", "A", "AA", "AAA"] as const;
const CRITERIA = ["reserve", "arrival", "share", "grade", "served", "draw"] as const;
const PROXIMITIES = ["same_street", "same_district", "same_city"] as const;

export function readDecision(inputs: unknown, outcome: unknown): Decided {
  const list = at(outcome, "recommendation", "candidates");
  const chosen = at(outcome, "chosen");
  const reason = at(inputs, "choice", "reason");
  return {
    candidates: Array.isArray(list) ? list.flatMap(readCandidate) : [],
    chosen: isObject(chosen)
      ? {
          merchant: text(chosen.merchant),
          name: nameOf(inputs, chosen.merchant),
          position: number(chosen.position),
          overridden: chosen.overridden === true,
        }
      : null,
    again: at(inputs, "choice", "again") === true,
    by: person(at(inputs, "choice", "by")),
    approvedBy: person(at(inputs, "choice", "approved_by")),
    reason: isObject(reason) ? { code: text(reason.code), note: text(reason.note) } : null,
  };
}

/** Also of one that stands beyond the list. */
function nameOf(inputs: unknown, merchant: unknown): string {
  const contenders = at(inputs, "contenders");
  if (!Array.isArray(contenders)) return "";
  const found: unknown = contenders.find((one: unknown) => isObject(one) && one.merchant === merchant);
  return isObject(found) ? text(found.name) : "";
}

/** A member of the staff; the platform and a channel chose for nobody's reasons. */
function person(found: unknown): Actor | null {
  return isObject(found) && found.kind === "staff" && typeof found.id === "string"
    ? { kind: "staff", id: found.id }
    : null;
}

function readCandidate(found: unknown): DecidedCandidate[] {
  if (!isObject(found)) return [];
  const grade = GRADES.find((one) => one === found.grade);
  if (!grade || typeof found.merchant !== "string") return [];
  return [
    {
      merchant: found.merchant,
      name: text(found.name),
      grade,
      arrival: found.arrival === "late" ? "late" : "on_time",
      proximity: PROXIMITIES.find((one) => one === found.proximity) ?? "same_city",
      served_permille: number(found.served_permille),
      open: number(found.open),
      capacity: number(found.capacity),
      reserved: found.reserved === true,
      under_objection: found.under_objection === true,
      behind_by: CRITERIA.find((one) => one === found.behind_by) ?? null,
    },
  ];
}

function at(from: unknown, ...path: string[]): unknown {
  return path.reduce((found, name) => (isObject(found) ? found[name] : undefined), from);
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const text = (value: unknown) => (typeof value === "string" ? value : "");
const number = (value: unknown) => (typeof value === "number" ? value : 0);
