// What one row says of an instance.
import type { Operations, Service } from "../services";
import { type Reading, unseenMs } from "./readings";

export type State = "well" | "away" | "unseen" | "not_ready";

/** The word for it among what is known: of an instance that is away nothing more is known than when it last answered. */
export function stateOf(one: Reading, away: readonly Service[], readings: readonly Reading[]): State {
  if (away.includes(one.service)) return "away";
  if (unseenMs(one, readings) !== null) return "unseen";
  return one.said.ready ? "well" : "not_ready";
}

/** What its consumers have yet to do, together. */
export function waiting({ consumers }: Operations) {
  const flows = consumers.flatMap(({ flow }) => flow ?? []);
  const ages = flows.flatMap(({ oldest_age_ms }) => oldest_age_ms ?? []);
  const sum = (counts: number[]) => counts.reduce((all, one) => all + one, 0);
  return {
    messages: sum(flows.map(({ undelivered, unacked }) => undelivered + unacked)),
    redelivered: sum(flows.map(({ redelivered }) => redelivered)),
    letters: sum(consumers.map(({ dead_letters }) => dead_letters ?? 0)),
    oldest_ms: ages.length > 0 ? Math.max(...ages) : null,
  };
}
