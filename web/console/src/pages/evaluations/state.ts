import type { components } from "@kit/api/generated/credit";

/** A preview that is computed waits for nobody. */
export function stateOf(run: Pick<components["schemas"]["Evaluation"], "kind" | "state">) {
  return run.kind === "preview" && run.state === "computed" ? "previewed" : run.state;
}
