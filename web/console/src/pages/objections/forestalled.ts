// Whoever comes second with an examination or a decision: the first one stands. The same word is answered as done, with the
// first one's name; another word is refused.
import { Refused } from "@kit/api/problem";

import type { Objection } from "./one";

export type Act = Objection["allowed_actions"][number];
type Said = Pick<Objection, "examination" | "decision">;

const PARTS = { examine: "examination", decide: "decision" } as const satisfies Record<Act, keyof Said>;

/** What somebody else said there; null where it is one's own, or nobody said anything. */
export function saidByOther(objection: Said, act: Act, self: string | undefined) {
  const said = objection[PARTS[act]];
  return said && said.by !== self ? said : null;
}

/** Whether somebody else said otherwise before. */
export function isForestalled(error: unknown): boolean {
  return error instanceof Refused && error.code === "conflict";
}
