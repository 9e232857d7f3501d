// A page, or a part of one, that could not be loaded: without a network, or because its files are gone since the pages
// were published anew. It is said, and one stays where one is.
import { readonly, shallowRef } from "vue";
import type { Router } from "vue-router";

const failed = shallowRef<{ path: string } | null>(null);
/** What could not be opened last; null once something was. */
export const unopened = readonly(failed);

export function watchOpening(router: Router): void {
  router.onError((_error, to) => (failed.value = { path: to.fullPath }));
  router.afterEach((_to, _from, failure) => {
    if (!failure) failed.value = null;
  });
  // A part that is loaded later belongs to the page that is shown; for a page the router names it right after.
  window.addEventListener("vite:preloadError", () => (failed.value = { path: router.currentRoute.value.fullPath }));
}
