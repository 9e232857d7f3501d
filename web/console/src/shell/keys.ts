// Keys of the page that is shown, wherever on it one is. A plain one works while nobody types; `?` shows them all.
import { onScopeDispose, reactive } from "vue";

export interface Key {
  /** As the browser names it: `n`, `/`, `Enter`. */
  key: string;
  /** With Ctrl or ⌘; then it works while somebody types as well. */
  ctrl?: boolean;
  words: { zh: string; en: string };
  /** On every page, and not only on the one that is shown. */
  everywhere?: boolean;
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

/** Those that do something now: of two with one key the one that came last. The page's own first. */
export function inForce(): Key[] {
  const last = known.filter((one, place) => known.findLastIndex((other) => isSame(one, other)) === place);
  return [...last.filter((one) => !one.everywhere), ...last.filter((one) => one.everywhere)];
}

function isSame(one: Key, other: Pick<Key, "key" | "ctrl">): boolean {
  return one.key === other.key && (one.ctrl ?? false) === (other.ctrl ?? false);
}

/** Where a plain key types something: a box to tick takes none but its own. */
const FIELDS = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
const DIALOGS = "[role=dialog]";

function isWithin(target: EventTarget | null, what: string): boolean {
  return target instanceof HTMLElement && target.closest(what) !== null;
}

export function onKey(event: KeyboardEvent): void {
  // Also to a field within a shadow tree.
  const target = event.composedPath()[0] ?? event.target;
  const ctrl = event.ctrlKey || event.metaKey;
  // Out of a field, back to the keys of the page; what is open there closes first.
  if (event.key === "Escape" && !event.defaultPrevented && isWithin(target, FIELDS) && !isWithin(target, DIALOGS)) {
    if (target instanceof HTMLElement && target.getAttribute("aria-expanded") !== "true") target.blur();
    return;
  }
  if (event.altKey || isWithin(target, ctrl ? DIALOGS : `${FIELDS}, ${DIALOGS}`)) return;
  // With a Chinese keyboard the key that shows them all types the wide sign.
  const pressed = event.key === "？" ? "?" : event.key;
  const key = known.findLast((one) => isSame(one, { key: pressed, ctrl }));
  if (!key) return;
  event.preventDefault();
  key.does();
}
