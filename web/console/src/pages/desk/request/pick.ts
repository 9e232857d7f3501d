// Whom somebody is about to dispatch to. What was picked is one merchant, however the order moves under it: it may stop
// being the first, or leave, and is then told so; it never becomes another.
import { computed, type Ref, ref } from "vue";

interface Order {
  candidates: { merchant: string }[];
}

/** `preferred` is whom the citizen asked for. */
export function usePick(order: Readonly<Ref<Order | undefined>>, preferred: string | null | undefined) {
  const picked = ref(preferred ?? undefined);
  const first = computed(() => order.value?.candidates[0]?.merchant);
  /** The first of the order, as long as nobody has picked. */
  const chosen = computed(() => picked.value ?? first.value);
  const place = computed(() => order.value?.candidates.findIndex(({ merchant }) => merchant === chosen.value) ?? 0);
  return {
    chosen,
    /** Counts from 0; -1 where it is not in the order. */
    place,
    /** Whether somebody else is the first. */
    isOverride: computed(() => chosen.value !== first.value),
    /** Whether it was picked and cannot be chosen any more. */
    isGone: computed(() => picked.value !== undefined && place.value < 0),
    pick: (merchant: string) => {
      picked.value = merchant;
    },
  };
}
