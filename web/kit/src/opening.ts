// A page, or a part of one, that could not be loaded: without a network, or because its files are gone since the pages
// were published anew. It is said, and one stays where one is.
import { readonly, ref, shallowRef } from "vue";
import type { Router } from "vue-router";

const failed = shallowRef<{ path: string } | null>(null);
/** What could not be opened last; null once something was. */
export const unopened = readonly(failed);

/** For who says in words of its own what could not be loaded, at the place where it was asked for. */
export function saidElsewhere(): void {
  failed.value = null;
}

/** A page that opens sooner needs no word. */
const MOMENT_MS = 500;
const underWay = ref(false);
/** Whether a page that somebody asked for is on its way for longer than a moment. */
export const opening = readonly(underWay);

export function watchOpening(router: Router): void {
  let moment: ReturnType<typeof setTimeout> | undefined;
  const arrived = () => {
    clearTimeout(moment);
    underWay.value = false;
  };
  router.beforeEach(() => {
    arrived();
    moment = setTimeout(() => (underWay.value = true), MOMENT_MS);
  });
  router.onError((_error, to) => {
    arrived();
    failed.value = { path: to.fullPath };
  });
  router.afterEach((_to, _from, failure) => {
    arrived();
    if (!failure) failed.value = null;
  });
  // A part that is loaded later belongs to the page that is shown; for a page the router names it right after.
  window.addEventListener("vite:preloadError", () => (failed.value = { path: router.currentRoute.value.fullPath }));
}
