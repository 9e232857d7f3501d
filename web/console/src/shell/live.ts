// A live stream for as long as the component lives.
import type { LiveEvent } from "@kit/live/events";
import { follow, type Liveness } from "@kit/live/follow";
import { onScopeDispose, readonly, type Ref, ref, shallowRef, watch } from "vue";

import { useContext } from "./context";

export interface Live {
  state: Readonly<Ref<Liveness>>;
  /** Why it ended, where asking again cannot help. */
  error: Readonly<Ref<unknown>>;
}

/** Follows the address, another one when it changes, none while it is null. */
export function useLive(address: () => string | null, take: (event: LiveEvent) => void): Live {
  const { session } = useContext();
  const state = ref<Liveness>("asking");
  const error = shallowRef<unknown>(null);
  let stop: (() => void) | undefined;
  watch(
    address,
    (url) => {
      stop?.();
      stop = undefined;
      error.value = null;
      state.value = "asking";
      if (!url) return;
      stop = follow({
        url,
        token: () => session.token(),
        onEvent: take,
        onState: (now, thrown) => {
          state.value = now;
          if (thrown) error.value = thrown;
        },
      });
    },
    { immediate: true },
  );
  onScopeDispose(() => stop?.());
  return { state: readonly(state), error: readonly(error) };
}
