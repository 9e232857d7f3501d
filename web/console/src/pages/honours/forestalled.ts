// Whoever comes second with a decision on an honour, or with a doubt: the first one stands.
import type { components } from "@kit/api/generated/credit";

type Honour = components["schemas"]["Honour"];
export type Act = Honour["allowed_actions"][number];
type Said = Pick<Honour, "state" | "decision" | "question" | "answer">;

export interface First {
  by: string;
  at: string;
  how: "agree" | "disagree" | "doubted";
}

/** What somebody else said since `before` instead of oneself; null where nobody did, or it was oneself. */
export function saidByOther(act: Act, before: Said, now: Said, self: string | undefined): First | null {
  const part = act === "question" ? "question" : before.state === "questioned" ? "answer" : "decision";
  const said = now[part];
  if (!said || said.by === self || said.at === before[part]?.at) return null;
  const { by, at } = said;
  if (part === "question") return { by, at, how: "doubted" };
  const agrees = part === "answer" ? now.state === "revoked" : now.state !== "rejected";
  return { by, at, how: agrees ? "agree" : "disagree" };
}
