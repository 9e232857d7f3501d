// Keys of the page that is shown. They work while nobody types; `?` shows them all.
import { onScopeDispose, reactive } from "vue";

export interface Key {
  /** As the browser names it: `n`, `/`, `Enter`. */
  key: string;
  words: { zh: string; en: string };
  does: () => void;
}

export const known = reactive<Key[]>([]);

/** Adds keys for as long as the component lives; the last one to take a key has it. */
export function useKeys(...keys: Key[]): void {
  known.push(...keys);
  onScopeDispose(() => {
    for (const key of keys) {
      const place = known.findIndex((one) => one.does === key.does);
      if (place >= 0) known.splice(place, 1);
    }
  });
}

/** Whether the key goes to a field or a dialog instead; also to one within a shadow tree. */
function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest("input, textarea, select, [contenteditable], [role=dialog]") !== null
  );
}

export function onKey(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.composedPath()[0] ?? event.target)) return;
  const key = known.findLast((one) => one.key === event.key);
  if (!key) return;
  event.preventDefault();
  key.does();
}
