// How far a request is, as steps: those that it has come to, and those that are ahead of it.
import type { components } from "@kit/api/generated/intake";

type Schemas = components["schemas"];
export type Tracked = Schemas["TrackedRequest"];
type Kind = Schemas["TimelineKind"];

export interface Step {
  kind: Kind;
  /** Absent where it is ahead. */
  at?: string;
  /** Another merchant was asked, after one that did not take it. */
  isAgain: boolean;
}

const WAY: readonly Kind[] = ["received", "offered", "accepted", "completed", "called_back"];

/** How many steps of the way are behind a request that stands there. */
const BEHIND: Record<Schemas["RequestStatus"], number> = {
  received: 1,
  unserved: 1,
  offered: 2,
  accepted: 3,
  completed: 4,
  closed: WAY.length,
  cancelled: WAY.length,
};

export function stepsOf({ status, steps }: Tracked): Step[] {
  const done = steps.map(({ kind, at }, place) => ({
    kind,
    at,
    isAgain: kind === "offered" && steps.slice(0, place).some((before) => before.kind === "offered"),
  }));
  return [...done, ...WAY.slice(BEHIND[status]).map((kind) => ({ kind, isAgain: false }))];
}
