// What was typed and not sent yet survives a reload and a lost connection: kept in this tab until it is sent or given up.
import {
  computed,
  type ComputedRef,
  type MaybeRefOrGetter,
  reactive,
  ref,
  type Ref,
  shallowRef,
  toValue,
  watch,
} from "vue";

/** What a form needs to know of its draft, whatever is typed in it. */
export interface Typed {
  /** Whether something else stands there than at the beginning. */
  isTyped: ComputedRef<boolean>;
  /** Whether it was typed before this page was opened. */
  wasKept: Readonly<Ref<boolean>>;
  forget: () => void;
}

/** `key` is where it lies in the tab's store; where that changes, the draft is another's. A form that nobody touched begins
 *  anew where what it begins with changes. What must not lie in the tab's store, such as the number of a person's card, is
 *  not kept: it is in memory as long as the component is. */
export function useKept<T extends object>(
  key: MaybeRefOrGetter<string>,
  empty: () => T,
  { isKept = true }: { isKept?: boolean } = {},
) {
  const keptAs = computed(() => toValue(key));
  const wasKept = ref(false);
  function begin(): T {
    const kept = isKept ? read(keptAs.value, empty()) : {};
    wasKept.value = Object.keys(kept).length > 0;
    return { ...empty(), ...kept };
  }
  const draft = reactive(begin()) as T;
  const text = computed(() => JSON.stringify(draft));
  const beginning = computed(() => JSON.stringify(empty()));
  const isTyped = computed(() => text.value !== beginning.value);
  /** What stood there before it was cleared: in memory alone. */
  const before = shallowRef<string | null>(null);
  watch(keptAs, () => Object.assign(draft, begin()), { flush: "sync" });
  watch(beginning, (_, was) => text.value === was && Object.assign(draft, empty()), { flush: "sync" });
  watch([text, isTyped], () => {
    if (isTyped.value) before.value = null;
    if (isTyped.value && isKept) sessionStorage.setItem(keptAs.value, text.value);
    else sessionStorage.removeItem(keptAs.value);
  });

  function forget(): void {
    Object.assign(draft, empty());
    sessionStorage.removeItem(keptAs.value);
    before.value = null;
    wasKept.value = false;
  }

  return {
    draft,
    isTyped,
    wasKept,
    forget,
    /** Empties it, with a way back until something else is typed: no clock runs against whoever wants it. */
    clear: () => {
      const was = isTyped.value ? text.value : before.value;
      forget();
      before.value = was;
    },
    canUndo: computed(() => before.value !== null),
    undo: () => void (before.value !== null && Object.assign(draft, JSON.parse(before.value))),
  };
}

/** Of what was kept, what the form still asks for. */
function read(keptAs: string, empty: object): object {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(keptAs) ?? "{}");
    if (typeof kept !== "object" || kept === null) return {};
    return Object.fromEntries(Object.entries(kept).filter(([name]) => name in empty));
  } catch {
    return {};
  }
}
