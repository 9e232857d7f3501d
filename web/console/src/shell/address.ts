// Filters and selection stand in the address, so that they survive a reload and can be sent to somebody.
import { computed, type WritableComputedRef } from "vue";
import { useRoute, useRouter } from "vue-router";

/** One word of the query; nothing where the address says none. */
export function useAddressed(name: string): WritableComputedRef<string | undefined> {
  const route = useRoute();
  const router = useRouter();
  return computed({
    get: () => {
      const value = route.query[name];
      return typeof value === "string" && value !== "" ? value : undefined;
    },
    set: (value) => void router.replace({ query: { ...route.query, [name]: value || undefined } }),
  });
}

/** One of several words, the first where the address says none of them. */
export function useAddressedChoice<Word extends string>(
  name: string,
  words: readonly [Word, ...Word[]],
): WritableComputedRef<Word> {
  const value = useAddressed(name);
  return computed({
    get: () => words.find((word) => word === value.value) ?? words[0],
    set: (word) => (value.value = word === words[0] ? undefined : word),
  });
}
