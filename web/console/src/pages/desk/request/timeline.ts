// A request, live: each entry of its timeline comes once, in its place, whatever the connection does; and who else has
// it open.
import type { components } from "@kit/api/generated/intake";
import { computed, shallowRef } from "vue";

import { useContext } from "../../../shell/context";
import { useLive } from "../../../shell/live";
import { othersIn, type Viewer } from "./presence";

export type TimelineEntry = components["schemas"]["TimelineEntry"];
export type Chooser = Pick<components["schemas"]["Request"], "mode" | "preferred">;

export function useTimeline(id: string, onNews: () => void) {
  const { city } = useContext();
  const entries = shallowRef<TimelineEntry[]>();
  const told = shallowRef<Viewer[]>([]);
  const { state } = useLive(
    () => `/intake/v1/requests/${id}/events/stream?city=${city}`,
    (event) => {
      if (event.name === "presence") told.value = othersIn(event.data);
      if (event.name !== "timeline") return;
      const entry: TimelineEntry = JSON.parse(event.data);
      entries.value = withEntry(entries.value ?? [], entry);
      onNews();
    },
  );
  /** Without a connection nobody knows who is there. */
  const others = computed(() => (state.value === "live" ? told.value : []));
  return { entries, others, live: state };
}

/** The entries with this one in its place; one that is there already changes nothing. */
export function withEntry(entries: TimelineEntry[], entry: TimelineEntry): TimelineEntry[] {
  if (entries.some((one) => one.seq === entry.seq)) return entries;
  return [...entries, entry].sort((one, other) => one.seq - other.seq);
}

/** Why an offer was made, where it needs words: the one that the citizen asked for, the rule because nobody had chosen in
 *  time, or a person's wish to ask somebody again. */
export function whyOffered(
  entry: TimelineEntry,
  entries: TimelineEntry[],
  { mode, preferred }: Chooser,
): "citizen" | "unchosen" | "again" | null {
  if (entry.kind !== "offered") return null;
  const hadItsChance = entries.some(
    ({ seq, kind, merchant }) =>
      seq < entry.seq && merchant === entry.merchant && (kind === "declined" || kind === "expired"),
  );
  if (entry.by.kind === "staff") return hadItsChance ? "again" : null;
  if (entry.by.kind !== "platform") return null;
  if (preferred && entry.merchant === preferred) return "citizen";
  return mode === "choose" ? "unchosen" : null;
}
