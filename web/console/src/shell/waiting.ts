// Which of the waits of the pages are whose.
import type { Permission } from "@kit/session/session";

import type { Page, Wait } from "./page";

/** The waits of whoever may do so, page by page in the order of the menu. */
export function waitsOf(
  pages: readonly Pick<Page, "permissions" | "menu" | "waits">[],
  may: (permissions: Permission[]) => boolean,
): Wait[] {
  const allowed = (permissions: Permission[]) => permissions.length === 0 || may(permissions);
  return pages
    .filter((page) => page.waits && allowed(page.permissions))
    .sort((one, other) => (one.menu?.order ?? 0) - (other.menu?.order ?? 0))
    .flatMap((page) => page.waits ?? [])
    .filter((wait) => allowed(wait.permissions ?? []));
}
