import type { components } from "@kit/api/generated/dispatch";

type Assignment = components["schemas"]["Assignment"];

/** What has to be answered or done first stands first; what is over stays as it comes, the latest first. */
export function inOrder(state: Assignment["state"], jobs: readonly Assignment[]): Assignment[] {
  const by = state === "offered" ? "answer_by" : state === "accepted" ? "wanted_at" : null;
  if (!by) return [...jobs];
  return [...jobs].sort((one, other) => Date.parse(one[by]) - Date.parse(other[by]));
}
