import { ref } from "vue";

const KEPT_AS = "81890.theme";
export type Theme = "light" | "dark";

function preferred(): Theme {
  const kept = localStorage.getItem(KEPT_AS);
  if (kept === "light" || kept === "dark") return kept;
  return window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

export const theme = ref<Theme>(preferred());

export function applyTheme(chosen: Theme = theme.value): void {
  theme.value = chosen;
  document.documentElement.classList.toggle("dark", chosen === "dark");
}

export function chooseTheme(chosen: Theme): void {
  localStorage.setItem(KEPT_AS, chosen);
  applyTheme(chosen);
}
