// A list that the server gives page by page.
import { useInfiniteQuery } from "@tanstack/vue-query";
import { computed, type MaybeRefOrGetter, toValue } from "vue";

import type { Total } from "./total";

/** Rows that a page of ours holds at most: a longer list is narrowed by its filters, and not read to its end. What is
 *  shown is asked for anew every few seconds, and each row is drawn. */
export const ROWS_MAX = 1_000;

interface ServerPage<Item> {
  items: Item[];
  next?: string | null;
  total?: Total | null;
}

/** `key` is what the list depends on; a change of it begins anew. A list that can say how long it is is asked so with
 *  its first page: `total` goes into its query. */
export function usePaged<Item>(
  key: MaybeRefOrGetter<unknown[]>,
  load: (after: string | undefined, total: true | undefined) => Promise<ServerPage<Item>>,
  options: { everyMs?: MaybeRefOrGetter<number>; enabled?: MaybeRefOrGetter<boolean> } = {},
) {
  const query = useInfiniteQuery({
    queryKey: computed(() => toValue(key)),
    queryFn: ({ pageParam }) => load(pageParam, pageParam === undefined || undefined),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last, pages) => (rows(pages) < ROWS_MAX ? (last.next ?? undefined) : undefined),
    // Else as the client does it by itself.
    ...(options.everyMs === undefined ? {} : { refetchInterval: computed(() => toValue(options.everyMs) ?? false) }),
    enabled: computed(() => toValue(options.enabled ?? true)),
  });
  const items = computed(() => query.data.value?.pages.flatMap((page) => page.items));
  return {
    items,
    /** How long the whole list is, where it says so. */
    total: computed(() => query.data.value?.pages[0]?.total ?? undefined),
    error: query.error,
    hasMore: query.hasNextPage,
    /** Whether it goes on past what can be shown. */
    isCut: computed(() => !query.hasNextPage.value && Boolean(query.data.value?.pages.at(-1)?.next)),
    isLoadingMore: query.isFetchingNextPage,
    more: () => void query.fetchNextPage(),
    again: () => void query.refetch(),
  };
}

function rows<Item>(pages: readonly ServerPage<Item>[]): number {
  return pages.reduce((sum, page) => sum + page.items.length, 0);
}
