// A call that somebody else has recorded: the first record stands, and whoever comes second is told whose it is.
import { Refused } from "@kit/api/problem";

const OUTCOMES = ["satisfied", "unsatisfied", "unreached", "suspected_breach"] as const;

export interface Recorded {
  outcome: (typeof OUTCOMES)[number];
  by: string;
  at: string;
}

/** What stands, where that is why the service refused. */
export function recordedFirst(error: unknown): Recorded | null {
  if (!(error instanceof Refused) || error.code !== "already-recorded") return null;
  const { stands, by, at } = error.members;
  const outcome = OUTCOMES.find((one) => one === stands);
  return outcome && typeof by === "string" && typeof at === "string" ? { outcome, by, at } : null;
}
