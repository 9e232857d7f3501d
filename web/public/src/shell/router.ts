import { createRouter, createWebHistory, type Router } from "vue-router";

import { routes } from "./page";

export function openRouter(): Router {
  return createRouter({
    history: createWebHistory("/"),
    routes: [...routes, { path: "/:rest(.*)*", component: () => import("./NothingHere.vue") }],
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  });
}
