// A live list whose rows move once and slowly, while the one under the pointer or the focus holds its place.
import { hold } from "@kit/live/held";
import { ref, type Ref, shallowRef, watch } from "vue";

export function useHeld<Row>(newest: () => readonly Row[], id: (row: Row) => string) {
  const held = ref<string | null>(null);
  const shown: Ref<readonly Row[]> = shallowRef([]);
  watch([newest, held], () => (shown.value = hold(shown.value, newest(), held.value, id)), { immediate: true });
  return {
    shown,
    held,
    /** For the element of a row: `v-bind="holding(row)"`. */
    holding: (row: Row) => ({
      onPointerenter: () => (held.value = id(row)),
      onPointerleave: () => (held.value = null),
      onFocusin: () => (held.value = id(row)),
      onFocusout: (event: FocusEvent) => {
        // To something within the row: still held.
        const within = event.currentTarget instanceof Node && event.relatedTarget instanceof Node;
        if (!within || !event.currentTarget.contains(event.relatedTarget)) held.value = null;
      },
    }),
  };
}
