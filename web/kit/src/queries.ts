// How answers are kept: fresh for a few seconds, asked again when the window or the network comes back, tried again only
// where trying again can help.
import { trouble } from "./api/problem";
import { onlineManager, type Query, QueryClient } from "@tanstack/vue-query";

// The library takes the network for there until it hears that it went: on a page that was opened without one it would
// not notice that it comes back.
onlineManager.setOnline(navigator.onLine);

/** What failed last is asked again however fresh what is shown from before may be. */
function askedAnew({ state }: Pick<Query, "state">): true | "always" {
  return state.status === "error" ? "always" : true;
}

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      // Without a network it cannot: that is known, and said at once.
      retry: (failures, error) => navigator.onLine && failures < 2 && ["offline", "busy"].includes(trouble(error)),
      refetchOnWindowFocus: askedAnew,
      // Said, since `networkMode` as below would turn it off.
      refetchOnReconnect: askedAnew,
      // Asked without a network too: a page says that it is away, and does not wait for ever.
      networkMode: "always",
    },
    mutations: { retry: false },
  },
});
