// A page of the console is a folder in `pages/` with a `page.ts` that says where it is, who sees it and where it
// stands in the menu. Nothing else has to be touched to add one.
import type { Permission } from "@kit/session/session";
import type { Total } from "@kit/total";
import type { Component } from "vue";
import type { RouteRecordRaw } from "vue-router";

import type { Context } from "./context";

/** The parts of the menu, in this order. */
export const GROUPS = {
  desk: { zh: "受理派单", en: "Desk" },
  followup: { zh: "回访核查", en: "Call-backs" },
  credit: { zh: "信用管理", en: "Credit" },
  model: { zh: "评价模型", en: "Model" },
  company: { zh: "我的企业", en: "My company" },
  operations: { zh: "运行维护", en: "Operations" },
} as const;

export interface Page {
  /** Such as `/merchants/:id`; its name is the path. */
  path: string;
  title: { zh: string; en: string };
  /** Seen with any of these; an empty list is for everybody who is logged in. */
  permissions: Permission[];
  /** Where it stands in the menu; pages without it are reached from others. */
  menu?: { group: keyof typeof GROUPS; order: number };
  /** Opens it from anywhere while nobody types. */
  key?: string;
  /** What of it waits for whoever sees it: home shows how much, and leads there. */
  waits?: Wait[];
  load: () => Promise<{ default: Component }>;
}

/** Something that waits for a person. */
export interface Wait {
  /** What it is, such as 待派单; the number stands before it. */
  words: { zh: string; en: string };
  /** The list of it, with the filter in its query. */
  to: string;
  /** For whom it waits, where that are not all who see the page: whoever has any of these. */
  permissions?: Permission[];
  /** Somebody waits for it at this moment: it stands in the first row. */
  isNow?: boolean;
  /** Asks how much there is: the same list with the same filter, so that the number is the list's. */
  count: (context: Context) => Promise<Total>;
}

export function definePage(page: Page): Page {
  return page;
}

const found = import.meta.glob<{ default: Page | Page[] }>("../pages/**/page.ts", { eager: true });

/** All pages. */
export const pages: readonly Page[] = Object.values(found).flatMap((module) => module.default);

/** Each page as a route that knows its page. */
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
