// A list that the server gives page by page.
import { useInfiniteQuery } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter, toValue } from "vue";

interface ServerPage<Item> {
  items: Item[];
  next?: string | null;
}

/** `key` is what the list depends on; a change of it begins anew. */
export function usePaged<Item>(
  key: MaybeRefOrGetter<unknown[]>,
  load: (after: string | undefined) => Promise<ServerPage<Item>>,
  options: { everyMs?: MaybeRefOrGetter<number>; enabled?: MaybeRefOrGetter<boolean> } = {},
) {
  const query = useInfiniteQuery({
    queryKey: computed(() => toValue(key)),
    queryFn: ({ pageParam }) => load(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.next ?? undefined,
    refetchInterval: computed(() => toValue(options.everyMs) ?? false),
    enabled: computed(() => toValue(options.enabled ?? true)),
  });
  const items = computed(() => query.data.value?.pages.flatMap((page) => page.items));
  return {
    items,
    error: query.error,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    more: () => void query.fetchNextPage(),
    again: () => void query.refetch(),
  };
}
