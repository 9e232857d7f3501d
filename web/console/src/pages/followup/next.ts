import type { components } from "@kit/api/generated/feedback";

export type Callback = components["schemas"]["Callback"];

/** What to call after this one: the next of the list that may be worked on, from the top again at its end. */
export function nextCall(list: readonly Callback[], done: string): Callback | undefined {
  const at = list.findIndex((one) => one.id === done);
  return [...list.slice(at + 1), ...list.slice(0, Math.max(at, 0))].find(
    (one) => one.id !== done && one.allowed_actions.length > 0,
  );
}
