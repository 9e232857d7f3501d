// @vitest-environment happy-dom
import { createPinia } from "pinia";
import { beforeEach, expect, it, vi } from "vitest";
import { nextTick } from "vue";

import { useTheme } from "./theme";

beforeEach(() => {
  localStorage.clear();
  document.documentElement.className = "";
  vi.spyOn(window, "matchMedia").mockReturnValue({ matches: true } as MediaQueryList);
});

it("is what the device prefers until somebody chooses", () => {
  expect(useTheme(createPinia()).theme).toBe("dark");
  expect(document.documentElement.classList.contains("dark")).toBe(true);
});

it("changes at once and is kept on the device", async () => {
  useTheme(createPinia()).change();
  await nextTick();
  expect(document.documentElement.classList.contains("dark")).toBe(false);
  expect(useTheme(createPinia()).theme).toBe("light");
});
