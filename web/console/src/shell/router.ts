import { useOpening } from "@kit/opening";
import type { Session } from "@kit/session/session";
import { watch } from "vue";
import { createRouter, createWebHistory, type Router } from "vue-router";

import { routes } from "./page";

/** Pages for who is logged in; whoever is not goes to the issuer and comes back to where they were going. */
export function openRouter(base: string, session: Session): Router {
  const router = createRouter({
    history: createWebHistory(base),
    routes: [
      ...routes,
      { path: "/login/back", component: { render: () => null } },
      { path: "/:rest(.*)*", component: () => import("./NothingHere.vue") },
    ],
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  });
  useOpening().watchOver(router);
  router.beforeEach(async (to) => {
    if (to.path === "/login/back") {
      // An answer that is not ours, or is old, begins anew.
      const back = await session.back().catch(() => null);
      // Also one that was used already: whoever goes back to it is in.
      if (!back) return session.current.value ? "/" : { path: "/login", query: { why: "failed" } };
      return back.isIn ? back.path : { path: "/login", query: { to: back.path } };
    }
    if (to.path === "/login") return session.current.value ? within(to.query.to) : true;
    if (session.current.value) return true;
    // By the login of another tab, without a click; the door where there is none.
    await session.enter(to.fullPath);
    return { path: "/login", query: { to: to.fullPath, why: session.door } };
  });
  // What was typed is kept as a draft; after the login one is where one was.
  watch(session.current, (user) => {
    const { path, fullPath } = router.currentRoute.value;
    if (!user && path !== "/login") void router.push({ path: "/login", query: { to: fullPath, why: session.ending } });
  });
  return router;
}

/** Where the door leads whoever is in. */
function within(to: unknown): string {
  return typeof to === "string" && to.startsWith("/") && !to.startsWith("//") && !to.startsWith("/login") ? to : "/";
}
