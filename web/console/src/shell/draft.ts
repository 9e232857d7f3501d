// What was typed and not sent yet survives a reload and a lost connection: kept in this tab, for this account.
import { reactive, watch } from "vue";

import { useContext } from "./context";

export function useDraft<T extends object>(name: string, empty: () => T): { draft: T; forget: () => void } {
  const { session } = useContext();
  const keptAs = `81890.draft.${session.current.value?.profile.sub}.${name}`;
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

function read(keptAs: string): object {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(keptAs) ?? "{}");
    return typeof kept === "object" && kept !== null ? kept : {};
  } catch {
    return {};
  }
}
