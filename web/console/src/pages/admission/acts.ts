// In which order the acts of an application stand, and which is the next one.
import type { components } from "@kit/api/generated/credit";

type Application = Pick<components["schemas"]["ApplicationInFull"], "allowed_actions" | "checks">;
/** Remarks are answered one by one, each beside its words. */
export type Act = Exclude<components["schemas"]["ApplicationAction"], "answer_remark">;

/** `next` is what brings it on; whatever else may be done stands after it. */
export function actsOf({ allowed_actions, checks }: Application): { act: Act; isNext: boolean }[] {
  // What the register said can be put on record again; where it was good, that is not what is next.
  const isAttested = checks.some(({ kind, outcome }) => kind === "code" && outcome === "passed");
  const isAside = (act: Act) => act === "refuse" || act === "withdraw" || (act === "attest_code" && isAttested);
  const acts = allowed_actions.filter((one): one is Act => one !== "answer_remark");
  const inOrder = [...acts.filter((act) => !isAside(act)), ...acts.filter(isAside)];
  return inOrder.map((act, place) => ({ act, isNext: place === 0 && !isAside(act) }));
}
