// What colleagues are called: services know the staff by ids alone, intake knows the names, and only staff may read them.
import { type Api, data } from "@kit/api/client";
import { useLanguage } from "@kit/words";
import { useQuery } from "@tanstack/vue-query";
import { computed, type ComputedRef } from "vue";

import { type Context, useContext } from "./context";

/** Ids in one question, at most. */
const AT_ONCE = 100;
/** Whoever had no name is asked about again after this: it may have signed in meanwhile. A name is kept. */
const UNNAMED_MS = 300_000;

// Whoever uses these has words of its own, and a component has one set of them.
const STAFF = { zh: "工作人员", en: "Staff" } as const;
const YOU = { zh: "您", en: "you" } as const;

export type Names = ReadonlyMap<string, string>;
/** The name of an account, or null where it is not known. */
export type NameOf = (id: string) => Promise<string | null>;

/** Puts together what is asked within one turn of the event loop: a page of rows makes one question. */
export function together(ask: (ids: string[]) => Promise<Names>): NameOf {
  let open: { ids: Set<string>; names: Promise<Names> } | null = null;

  function begin() {
    const ids = new Set<string>();
    const names = new Promise((turn) => setTimeout(turn)).then(() => {
      if (open?.ids === ids) open = null;
      return ask([...ids]);
    });
    return { ids, names };
  }

  return async (id) => {
    if (!open || open.ids.size >= AT_ONCE) open = begin();
    open.ids.add(id);
    return (await open.names).get(id) ?? null;
  };
}

/** Asks the directory. */
export function openNames(api: Api, city: number): NameOf {
  return together(async (ids) => {
    const { items } = await data(
      api.intake.GET("/v1/colleagues", {
        params: { query: { city, ids } },
        querySerializer: { array: { style: "form", explode: false } },
      }),
    );
    return new Map(items.map(({ id, name }) => [id, name]));
  });
}

/** Makes whoever signed in known by name. Nobody waits for it: if it fails, the next sign-in says it. */
export function greet({ api, session }: Context): void {
  if (session.may("know-colleagues")) void api.intake.PUT("/v1/colleagues/me").catch(() => undefined);
}

/** What an account is called that has no name: by its end, for colleagues. To a merchant it is the platform that acts, and a
 *  number says nothing. */
export function useUnnamed(): (id: string) => string {
  const { session } = useContext();
  const { language } = useLanguage();
  return (id) => (session.merchant.value ? STAFF[language.value] : `${STAFF[language.value]} …${id.slice(-6)}`);
}

/** How an account of the staff is named to whoever is logged in; empty where there is none. */
export function useColleague(id: () => string | null): ComputedRef<string> {
  const { nameOf, session } = useContext();
  const unnamed = useUnnamed();
  const { language } = useLanguage();
  const isOwn = computed(() => id() === session.current.value?.profile.sub);
  const query = useQuery({
    queryKey: computed(() => ["colleague", id()]),
    queryFn: () => nameOf(id() ?? ""),
    enabled: computed(() => id() !== null && !isOwn.value && session.may("know-colleagues")),
    staleTime: ({ state }) => (state.data ? Infinity : UNNAMED_MS),
    gcTime: Infinity,
    // Whoever has no name is shown all the same.
    retry: false,
  });
  return computed(() => {
    const account = id();
    if (account === null) return "";
    if (isOwn.value) return YOU[language.value];
    // Not first a number and then a name.
    return query.isLoading.value ? "…" : (query.data.value ?? unnamed(account));
  });
}
