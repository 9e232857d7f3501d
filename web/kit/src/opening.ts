// A page, or a part of one, that could not be loaded: without a network, or because its files are gone since the pages
// were published anew. It is said, and one stays where one is.
import { defineStore } from "pinia";
import { ref, shallowRef } from "vue";
import type { Router } from "vue-router";

/** A page that opens sooner needs no word. */
const MOMENT_MS = 500;

export const useOpening = defineStore("opening", () => {
  /** What could not be opened last; null once something was. */
  const failed = shallowRef<{ path: string } | null>(null);
  /** Whether a page that somebody asked for is on its way for longer than a moment. */
  const isUnderWay = ref(false);

  /** For who says in words of its own what could not be loaded, at the place where it was asked for. */
  function saidElsewhere(): void {
    failed.value = null;
  }

  function watchOver(router: Router): void {
    let moment: ReturnType<typeof setTimeout> | undefined;
    const arrived = () => {
      clearTimeout(moment);
      isUnderWay.value = false;
    };
    router.beforeEach(() => {
      arrived();
      moment = setTimeout(() => (isUnderWay.value = true), MOMENT_MS);
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
  return { failed, isUnderWay, saidElsewhere, watchOver };
});
