// @vitest-environment happy-dom
import { createPinia } from "pinia";
import { beforeEach, expect, it } from "vitest";
import { nextTick } from "vue";

import { useSize } from "./size";

beforeEach(() => localStorage.clear());

it("is large as soon as somebody asks for it, and stays so on the device", async () => {
  expect(useSize(createPinia()).isLarge).toBe(false);
  useSize(createPinia()).change();
  await nextTick();
  expect(document.documentElement.classList.contains("large")).toBe(true);
  expect(useSize(createPinia()).isLarge).toBe(true);
});
