// @vitest-environment happy-dom
import { createPinia, setActivePinia } from "pinia";
import { expect, it, vi } from "vitest";
import { createMemoryHistory, createRouter } from "vue-router";

import { useOpening } from "./opening";

const Page = { render: () => null };

async function opened() {
  const router = createRouter({
    history: createMemoryHistory(),
    routes: [
      { path: "/", component: Page },
      { path: "/other", component: Page },
      { path: "/slow", component: () => new Promise(() => undefined) },
      { path: "/gone", component: () => Promise.reject(new Error("the file is gone")) },
    ],
  });
  setActivePinia(createPinia());
  const opening = useOpening();
  opening.watchOver(router);
  await router.push("/");
  return { router, opening };
}

it("names a page that cannot be loaded and stays where one was", async () => {
  const { router, opening } = await opened();
  await router.push("/gone?state=open").catch(() => undefined);
  expect(opening.failed?.path).toBe("/gone?state=open");
  expect(router.currentRoute.value.path).toBe("/");
});

it("forgets it as soon as another page opens", async () => {
  const { router, opening } = await opened();
  await router.push("/gone").catch(() => undefined);
  await router.push("/other");
  expect(opening.failed).toBeNull();
});

it("names the page that is shown where a part of it cannot be loaded", async () => {
  const { opening } = await opened();
  window.dispatchEvent(new Event("vite:preloadError"));
  expect(opening.failed?.path).toBe("/");
});

it("says that a page is on its way once that takes longer than a moment, until one is there", async () => {
  const { router, opening } = await opened();
  vi.useFakeTimers();
  void router.push("/slow");
  await vi.advanceTimersByTimeAsync(400);
  expect(opening.isUnderWay).toBe(false);
  await vi.advanceTimersByTimeAsync(200);
  expect(opening.isUnderWay).toBe(true);
  await router.push("/other");
  expect(opening.isUnderWay).toBe(false);
  vi.useRealTimers();
});
