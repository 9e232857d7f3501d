// What was typed and not sent yet survives a reload and a lost connection: kept in this tab, for this account, until it is
// sent or given up.
import { type Typed, useKept } from "@kit/draft";
import { type MaybeRefOrGetter, toValue } from "vue";

import { useContext } from "./context";

export type { Typed };

const BEGINNING = "81890.draft.";

/** `subject` is what it is about; where that changes, the draft is the other subject's. */
export function useDraft<T extends object>(
  subject: MaybeRefOrGetter<string>,
  empty: () => T,
  options: { isKept?: boolean } = {},
) {
  const { session } = useContext();
  const account = session.current.value?.profile.sub;
  return useKept(() => `${BEGINNING}${account}.${toValue(subject)}`, empty, options);
}

/** On the way out: the next one at this screen finds nothing. */
export function forgetDrafts(): void {
  for (const key of Object.keys(sessionStorage).filter((key) => key.startsWith(BEGINNING)))
    sessionStorage.removeItem(key);
}
