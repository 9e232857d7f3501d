// What a dialog is about, as it was when it was opened: pages are asked for anew beneath it, and whoever decides has decided on
// what they saw. Where it changed meanwhile the service refuses by its version.
import { type MaybeRefOrGetter, type Ref, shallowReadonly, shallowRef, toValue, watch } from "vue";

/** What is loaded only in the open dialog is held from its first answer on. */
export function useAsOpened<T>(isOpen: MaybeRefOrGetter<boolean>, now: () => T): Readonly<Ref<T>> {
  const held = shallowRef(now());
  watch(
    [() => toValue(isOpen), now],
    ([open, newest]) => {
      if (!open || held.value === undefined) held.value = newest;
    },
    { flush: "sync" },
  );
  return shallowReadonly(held);
}
