// The timeline of a request, live: each entry comes once, in its place, whatever the connection does.
import type { components } from "@kit/api/generated/intake";
import { shallowRef } from "vue";

import { useContext } from "../../../shell/context";
import { useLive } from "../../../shell/live";

export type TimelineEntry = components["schemas"]["TimelineEntry"];

export function useTimeline(id: string, onNews: () => void) {
  const { city } = useContext();
  const entries = shallowRef<TimelineEntry[]>();
  const { state } = useLive(
    () => `/intake/v1/requests/${id}/events/stream?city=${city}`,
    (event) => {
      if (event.name !== "timeline") return;
      const entry: TimelineEntry = JSON.parse(event.data);
      entries.value = withEntry(entries.value ?? [], entry);
      onNews();
    },
  );
  return { entries, live: state };
}

/** The entries with this one in its place; one that is there already changes nothing. */
export function withEntry(entries: TimelineEntry[], entry: TimelineEntry): TimelineEntry[] {
  if (entries.some((one) => one.seq === entry.seq)) return entries;
  return [...entries, entry].sort((one, other) => one.seq - other.seq);
}
