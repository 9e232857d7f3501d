// How answers are kept: fresh for a few seconds, asked again when the window comes back, tried again only where trying
// again can help.
import { trouble } from "./api/problem";
import { QueryClient } from "@tanstack/vue-query";

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // Without a network it cannot: that is known, and said at once.
      retry: (failures, error) => navigator.onLine && failures < 2 && ["offline", "busy"].includes(trouble(error)),
      refetchOnWindowFocus: true,
      // Asked without a network too: a page says that it is away, and does not wait for ever.
      networkMode: "always",
    },
    mutations: { retry: false },
  },
});
