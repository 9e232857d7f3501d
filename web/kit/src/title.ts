// What the window is called: by the headline of what is shown, such as a merchant's name, and until there is one by the
// page. Many windows are open side by side.
import { defineStore } from "pinia";
import { computed, onScopeDispose, shallowRef, watchEffect } from "vue";

const PLATFORM = "81890";

const useHeadlines = defineStore("headlines", () => {
  const shown = shallowRef<{ of: symbol; text: string } | null>(null);
  /** The page that comes is there before the one that goes has left. */
  function leave(one: symbol): void {
    if (shown.value?.of === one) shown.value = null;
  }
  return { shown, leave };
});

/** Calls the window so for as long as the component lives. */
export function useHeadline(text: () => string | undefined): void {
  const headlines = useHeadlines();
  const own = Symbol();
  watchEffect(() => {
    const says = text();
    if (says) headlines.shown = { of: own, text: says };
    else headlines.leave(own);
  });
  onScopeDispose(() => headlines.leave(own));
}

/** Calls the window by the page where nothing on it has a headline. */
export function useTitle(page: () => string | undefined): void {
  const headlines = useHeadlines();
  const title = computed(() => headlines.shown?.text ?? page());
  watchEffect(() => (document.title = title.value ? `${title.value} · ${PLATFORM}` : PLATFORM));
}
