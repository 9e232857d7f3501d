// What a form of a proceeding asks, and what is sent for it.
import type { components } from "@kit/api/generated/credit";
import { Refused } from "@kit/api/problem";

import type { Proceeding } from "./one";

export type Act = Proceeding["allowed_actions"][number];
export const CLASSES = ["minor", "general", "serious"] as const;
export const MEASURES = [
  "remind",
  "warning",
  "rectification",
  "preference_suspension",
  "suspension",
  "removal",
] as const;
export type Measure = (typeof MEASURES)[number];

export const isMeasure = (one: string): one is Measure => MEASURES.some((measure) => measure === one);

export interface Form {
  text: string;
  measure: Measure;
  months: number;
  rectifyDays: number;
  on: string | null;
  /** Null while there is no verdict. */
  granted: boolean | null;
  asksHearing: boolean;
  association: boolean;
  legalAdviser: boolean;
}

export type Sent =
  | { path: "investigation"; body: components["schemas"]["Investigation"] }
  | { path: "decisions"; body: components["schemas"]["ProceedingDecision"] }
  | { path: "answers"; body: components["schemas"]["ProceedingAnswer"] };

/** Which fields an act has. */
export function fields(act: Act): readonly (keyof Form)[] {
  switch (act) {
    case "confirm_suspension":
      return [];
    case "notify":
      return ["measure", "text"];
    case "call_hearing":
      return ["on"];
    case "record_hearing":
      return ["legalAdviser", "association", "text"];
    case "impose":
      return ["measure", "months", "text"];
    case "judge_proof":
    case "rule_on_appeal":
    case "decide_repair":
      return ["granted", "text"];
    case "reply":
      return ["text", "asksHearing"];
    case "suspend":
    case "lift_suspension":
    case "drop":
    case "prove":
    case "appeal":
    case "apply_for_repair":
      return ["text"];
  }
}

/** Whether what the act needs was filled in. */
export function isReady(act: Act, form: Form): boolean {
  const needs = fields(act);
  // A hearing without either of them is none.
  const isHeard = !needs.includes("legalAdviser") || (form.legalAdviser && form.association);
  return (
    isHeard &&
    (!needs.includes("text") || form.text.trim() !== "") &&
    (!needs.includes("on") || form.on !== null) &&
    (!needs.includes("granted") || form.granted !== null)
  );
}

export function send(act: Act, form: Form): Sent {
  const text = form.text.trim();
  switch (act) {
    case "suspend":
      return { path: "investigation", body: { act, reason: text } };
    case "notify":
      return { path: "investigation", body: { act, announced: form.measure, reason: text } };
    case "call_hearing":
      return { path: "investigation", body: { act, on: form.on ?? "" } };
    case "record_hearing":
      return {
        path: "investigation",
        body: { act, association: form.association, legal_adviser: form.legalAdviser, minutes: text },
      };
    case "confirm_suspension":
      return { path: "decisions", body: { act } };
    case "impose":
      return {
        path: "decisions",
        body: {
          act,
          measure: form.measure,
          months: form.months,
          reason: text,
          rectify_working_days: form.measure === "rectification" ? form.rectifyDays : undefined,
        },
      };
    case "lift_suspension":
    case "drop":
      return { path: "decisions", body: { act, reason: text } };
    case "judge_proof":
    case "rule_on_appeal":
    case "decide_repair":
      return { path: "decisions", body: { act, granted: form.granted === true, reason: text } };
    case "reply":
      return { path: "answers", body: { act, asks_hearing: form.asksHearing, text } };
    case "prove":
    case "apply_for_repair":
      return { path: "answers", body: { act, proof: text } };
    case "appeal":
      return { path: "answers", body: { act, grounds: text } };
  }
}

/** From when on and before when a hearing may be held, where its time was refused. */
export function hearingTimeOf(error: unknown): { first: string; end: string } | null {
  if (!(error instanceof Refused) || error.code !== "hearing-date") return null;
  const { not_before: first, until: end } = error.members;
  return typeof first === "string" && typeof end === "string" ? { first, end } : null;
}
