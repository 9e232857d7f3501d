// What was typed and not sent yet survives a reload and a lost connection: kept in this tab, for this account.
import { reactive, watch } from "vue";

import { useContext } from "./context";

const BEGINNING = "81890.draft.";

export function useDraft<T extends object>(name: string, empty: () => T): { draft: T; forget: () => void } {
  const { session } = useContext();
  const keptAs = `${BEGINNING}${session.current.value?.profile.sub}.${name}`;
  const draft = reactive({ ...empty(), ...read(keptAs) }) as T;
  watch(draft, (now) => sessionStorage.setItem(keptAs, JSON.stringify(now)), { deep: true });
  return {
    draft,
    forget: () => {
      Object.assign(draft, empty());
      sessionStorage.removeItem(keptAs);
    },
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
