// The menu of whoever is logged in: what the roles may see, in the order of the groups.
import { computed, type ComputedRef } from "vue";

import { useContext } from "./context";
import { GROUPS, type Page, pages } from "./page";

export interface MenuGroup {
  title: { zh: string; en: string };
  pages: Page[];
}

export function useMenu(): ComputedRef<MenuGroup[]> {
  const { session } = useContext();
  return computed(() => {
    const seen = pages.filter((page) => page.menu && (!page.permissions.length || session.may(...page.permissions)));
    return Object.entries(GROUPS)
      .map(([group, title]) => ({
        title,
        pages: seen
          .filter((page) => page.menu?.group === group)
          .sort((one, other) => (one.menu?.order ?? 0) - (other.menu?.order ?? 0)),
      }))
      .filter((group) => group.pages.length > 0);
  });
}
