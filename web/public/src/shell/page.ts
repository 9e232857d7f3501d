// A public page is a folder in `pages/` with a `page.ts` that says where it is and whether the menu names it. Nothing
// else has to be touched to add one.
import type { Component } from "vue";
import type { RouteRecordRaw } from "vue-router";

export interface Page {
  /** Such as `/merchants/:id`. */
  path: string;
  title: { zh: string; en: string };
  /** Its place in the menu; pages without one are reached from others. */
  order?: number;
  /** What still works here without a network, and what does not. */
  offline: { zh: string; en: string };
  load: () => Promise<{ default: Component }>;
}

export function definePage(page: Page): Page {
  return page;
}

const found = import.meta.glob<{ default: Page | Page[] }>("../pages/**/page.ts", { eager: true });

/** All pages. */
export const pages: readonly Page[] = Object.values(found).flatMap((module) => module.default);

/** Those that the menu names, in its order. */
export const menu = pages
  .filter((page) => page.order !== undefined)
  .sort((one, other) => (one.order ?? 0) - (other.order ?? 0));

export const routes: RouteRecordRaw[] = pages.map((page) => ({
  path: page.path,
  name: page.path,
  component: page.load,
  meta: { page },
}));

declare module "vue-router" {
  interface RouteMeta {
    page?: Page;
  }
}
