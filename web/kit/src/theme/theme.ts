// Light or dark: what somebody chose on this device, and before that what the device prefers.
import { defineStore } from "pinia";
import { computed, ref, watch } from "vue";

const KEPT_AS = "81890.theme";
export type Theme = "light" | "dark";

function preferred(): Theme {
  const kept = localStorage.getItem(KEPT_AS);
  if (kept === "light" || kept === "dark") return kept;
  return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export const useTheme = defineStore("theme", () => {
  const theme = ref(preferred());
  const other = computed<Theme>(() => (theme.value === "dark" ? "light" : "dark"));
  const shown = () => document.documentElement.classList.toggle("dark", theme.value === "dark");
  watch(theme, shown, { immediate: true });

  function change(): void {
    localStorage.setItem(KEPT_AS, other.value);
    theme.value = other.value;
  }
  return { theme, other, change };
});
