import { useOpening } from "@kit/opening";
import { createRouter, createWebHistory, type Router } from "vue-router";

import { routes } from "./page";

export function openRouter(): Router {
  const router = createRouter({
    history: createWebHistory("/"),
    routes: [...routes, { path: "/:rest(.*)*", component: () => import("./NothingHere.vue") }],
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  });
  useOpening().watchOver(router);
  return router;
}
