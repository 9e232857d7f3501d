// @vitest-environment happy-dom
import type { Api } from "@kit/api/client";
import { createWords } from "@kit/words";
import { VueQueryPlugin } from "@tanstack/vue-query";
import { afterEach, expect, it, vi } from "vitest";
import { createApp } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";

import { CONTEXT } from "../../shell/context";
import VerifyPage from "./VerifyPage.vue";

const trust = vi.hoisted(() => ({ keys: [], revocations: null, listFetchedAt: null, earliest: 0 }));
vi.mock("@kit/certificate/trust", () => ({
  kept: async () => trust,
  fetched: () => Promise.reject(new TypeError("nobody answers")),
}));
const place = document.body.appendChild(document.createElement("div"));
const page = createApp(VerifyPage)
  .provide(CONTEXT, { api: {} as Api, settings: { city: 330200, zone: "Asia/Shanghai", channels: [] } })
  .use(createWords("zh"))
  .use(VueQueryPlugin)
  .use(createRouter({ history: createMemoryHistory(), routes: [{ path: "/:all(.*)", component: VerifyPage }] }));
page.mount(place);

function network(isThere: boolean): void {
  vi.spyOn(navigator, "onLine", "get").mockReturnValue(isThere);
  window.dispatchEvent(new Event(isThere ? "online" : "offline"));
}
afterEach(() => void vi.restoreAllMocks());

it("says why nothing could be renewed: the platform is away, or the network", async () => {
  await vi.waitFor(() => expect(place.textContent).toContain("现在连不上平台"));
  network(false);
  await vi.waitFor(() => expect(place.textContent).toContain("现在没有网络"));
});

it("takes whoever typed a number without a network to what is said of it", async () => {
  network(false);
  const field = place.querySelector("input[required]");
  if (!(field instanceof HTMLInputElement)) throw new Error("no field");
  field.value = "330200-2026-000001";
  field.dispatchEvent(new Event("input"));
  field.form?.dispatchEvent(new Event("submit"));
  await vi.waitFor(() => expect(document.activeElement?.role).toBe("alert"));
  expect(document.activeElement?.textContent).toContain("查这个要联网");
});
