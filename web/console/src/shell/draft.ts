// What was typed and not sent yet survives a reload and a lost connection: kept in this tab, for this account.
import { computed, reactive, shallowRef, watch } from "vue";

import { useContext } from "./context";

const BEGINNING = "81890.draft.";

export function useDraft<T extends object>(name: string, empty: () => T) {
  const { session } = useContext();
  const keptAs = `${BEGINNING}${session.current.value?.profile.sub}.${name}`;
  const draft = reactive({ ...empty(), ...read(keptAs) }) as T;
  /** What stood there before it was cleared: in memory alone. */
  const before = shallowRef<string | null>(null);
  const isEmpty = () => JSON.stringify(draft) === JSON.stringify(empty());
  watch(
    draft,
    (now) => {
      sessionStorage.setItem(keptAs, JSON.stringify(now));
      if (!isEmpty()) before.value = null;
    },
    { deep: true },
  );

  function forget(): void {
    Object.assign(draft, empty());
    sessionStorage.removeItem(keptAs);
    before.value = null;
  }

  return {
    draft,
    forget,
    /** Empties it, with a way back until something else is typed: no clock runs against whoever wants it. */
    clear: () => {
      const text = isEmpty() ? before.value : JSON.stringify(draft);
      forget();
      before.value = text;
    },
    canUndo: computed(() => before.value !== null),
    undo: () => void (before.value !== null && Object.assign(draft, JSON.parse(before.value))),
  };
}

/** On the way out: the next one at this screen finds nothing. */
export function forgetDrafts(): void {
  for (const key of Object.keys(sessionStorage).filter((key) => key.startsWith(BEGINNING)))
    sessionStorage.removeItem(key);
}

function read(keptAs: string): object {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(keptAs) ?? "{}");
    return typeof kept === "object" && kept !== null ? kept : {};
  } catch {
    return {};
  }
}
