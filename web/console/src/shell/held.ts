// A live list whose rows move once and slowly, while the one under the pointer or the focus holds its place.
import { hold } from "@kit/live/held";
import { computed, ref, type Ref, shallowRef, watch } from "vue";

export function useHeld<Row>(newest: () => readonly Row[], id: (row: Row) => string) {
  const held = ref<string | null>(null);
  const shown: Ref<readonly Row[]> = shallowRef([]);
  watch([newest, held], () => (shown.value = hold(shown.value, newest(), held.value, id)), { immediate: true });
  /** Why the one that is held stands where it does not belong: it moved, or is in the list no more. */
  const heldBy = computed(() => {
    const isHeld = (row: Row) => id(row) === held.value;
    const place = newest().findIndex(isHeld);
    if (place === shown.value.findIndex(isHeld)) return null;
    return place < 0 ? "gone" : "moved";
  });
  return {
    shown,
    /** What to say at this row, so that nobody takes it for what is so. */
    heldBack: (row: Row) => (id(row) === held.value ? heldBy.value : null),
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
