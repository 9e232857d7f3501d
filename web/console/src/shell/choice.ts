import { computed, type WritableComputedRef } from "vue";

import { useQueryChoice } from "@kit/address";

/** One of several words of the address: the first where it says none, and then it says nothing. */
export function useFirstChoice<Word extends string>(
  name: string,
  words: readonly [Word, ...Word[]],
): WritableComputedRef<Word> {
  const chosen = useQueryChoice(name, words);
  return computed({
    get: () => chosen.value ?? words[0],
    set: (word) => (chosen.value = word === words[0] ? undefined : word),
  });
}
