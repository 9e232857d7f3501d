// Who else of the staff has the request open, as the stream of its events tells it.
import type { components } from "@kit/api/generated/intake";
import { useFormat } from "@kit/format";

import { useUnnamed } from "../../../shell/colleagues";

export type Viewer = components["schemas"]["Viewer"];

/** The people that an event of this name tells of. */
export function othersIn(data: string): Viewer[] {
  const told: Partial<components["schemas"]["RequestPresence"]> = JSON.parse(data);
  return told.others ?? [];
}

/** What colleagues call them; the end of the account where the issuer names none. */
export function usePeople() {
  const format = useFormat();
  const unnamed = useUnnamed();
  const named = ({ id, name }: Viewer) => name ?? unnamed(id);
  return { named, listed: (others: readonly Viewer[]) => format.list(others.map(named)) };
}
