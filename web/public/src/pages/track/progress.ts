// How far a request is, as steps: those that it has come to, and those that are ahead of it.
import type { components } from "@kit/api/generated/intake";

type Schemas = components["schemas"];
export type Tracked = Schemas["TrackedRequest"];
type Kind = Schemas["TimelineKind"];

export interface Step {
  kind: Kind;
  /** Absent where it is ahead. */
  at?: string;
  /** After one that did not take it: another merchant was asked, or the same one again. */
  asks?: "another" | "again";
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
    asks: asked(steps, place),
  }));
  return [...done, ...WAY.slice(BEHIND[status]).map((kind) => ({ kind }))];
}

function asked(steps: Tracked["steps"], place: number): Step["asks"] {
  const step = steps[place];
  const isFirst = !steps.slice(0, place).some((before) => before.kind === "offered");
  if (step?.kind !== "offered" || isFirst) return undefined;
  return step.same_merchant ? "again" : "another";
}
