// One trouble, said once: where several parts of a page cannot reach the service, the first of them on the page says so, and
// its retry asks for all.
import { computed, onScopeDispose, reactive, type Ref, watch } from "vue";

import { hasStopped, trouble } from "../api/problem";

interface Standing {
  kind: "offline" | "busy";
  place: HTMLElement;
  retry: () => void;
}
const standing = reactive(new Map<symbol, Standing>());

/** What troubles the way to the service, and not this part alone; what somebody just did is said where they did it. */
function common(error: unknown): Standing["kind"] | null {
  const kind = hasStopped(error) ? null : trouble(error);
  return kind === "offline" || kind === "busy" ? kind : null;
}

/** `isRepeated`: another note on the page says it already. */
export function useStanding(error: () => unknown, place: Readonly<Ref<HTMLElement | null>>, retry: () => void) {
  const own = Symbol();
  const kind = computed(() => common(error()));
  // What stands behind a dialog says nothing to who is in it.
  const alike = () =>
    [...standing].filter(([, other]) => other.kind === kind.value && dialogOf(other.place) === dialogOf(place.value));
  watch(
    [kind, place],
    ([now, at]) => {
      if (now && at) standing.set(own, { kind: now, place: at, retry });
      else standing.delete(own);
    },
    { immediate: true },
  );
  onScopeDispose(() => standing.delete(own));
  return {
    isRepeated: computed(() => alike().some(([id, other]) => id !== own && isBefore(other.place, place.value))),
    /** For all that have it. */
    retryAll: () => {
      if (kind.value) for (const [, other] of alike()) other.retry();
      else retry();
    },
  };
}

function dialogOf(place: HTMLElement | null): Element | null {
  return place?.closest("[role=dialog]") ?? null;
}

function isBefore(one: HTMLElement, other: HTMLElement | null): boolean {
  return other !== null && (other.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_PRECEDING) !== 0;
}
