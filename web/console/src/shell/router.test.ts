// @vitest-environment happy-dom
import type { Session } from "@kit/session/session";
import { createPinia, setActivePinia } from "pinia";
import { expect, it, vi } from "vitest";
import { shallowRef } from "vue";

import { openRouter } from "./router";

vi.mock("./page", () => ({
  routes: ["/", "/board", "/login"].map((path) => ({ path, component: { render: () => null } })),
}));

/** Where one comes to. */
async function to(path: string, isIn: boolean): Promise<string> {
  setActivePinia(createPinia());
  const session = {
    current: shallowRef(isIn ? {} : null),
    back: () => Promise.reject(new Error("used already")),
    enter: () => Promise.resolve(),
  } as unknown as Session;
  const router = openRouter("/console/", session);
  await router.push(path);
  return router.currentRoute.value.fullPath;
}

it("shows no door to whoever is in: not by its address, and not by the way back over the issuer", async () => {
  expect(await to("/login", true)).toBe("/");
  expect(await to("/login?to=/board", true)).toBe("/board");
  expect(await to("/login?to=//elsewhere.example", true)).toBe("/");
  expect(await to("/login/back?code=1&state=2", true)).toBe("/");
});

it("shows it to whoever is not, and says when the way in failed", async () => {
  expect(await to("/login/back?code=1&state=2", false)).toBe("/login?why=failed");
  expect(await to("/board", false)).toBe("/login?to=/board");
});
