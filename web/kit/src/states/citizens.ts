// Pages for everybody tell a failure of ours to a citizen, who has no operations team to name a trace to.
import type { InjectionKey } from "vue";

import { Refused, trouble } from "../api/problem";

/** Provided by pages that are for everybody. */
export const FOR_CITIZENS: InjectionKey<boolean> = Symbol("for citizens");

/** The words for a citizen; null for what is no failure of ours. */
export function ourFailure(error: unknown): "citizen-busy" | "citizen-broken" | null {
  const kind = trouble(error);
  if (kind === "broken") return "citizen-broken";
  return kind === "busy" && error instanceof Refused && error.status >= 500 ? "citizen-busy" : null;
}
