// @vitest-environment happy-dom
import type { Api } from "@kit/api/client";
import { createWords } from "@kit/words";
import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import { expect, it, vi } from "vitest";
import { createApp } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";

import { CONTEXT } from "../../shell/context";
import StandardsPage from "./StandardsPage.vue";

it("says that the catalogue cannot be had, and asks for it again, rather than loading for ever", async () => {
  const GET = vi.fn(() => Promise.reject(new TypeError("nobody answers")));
  const api = { credit: { GET } } as unknown as Api;
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const place = document.createElement("div");
  const page = createApp(StandardsPage)
    .provide(CONTEXT, { api, settings: { city: 330200, zone: "Asia/Shanghai", channels: [] } })
    .use(createWords("zh"))
    .use(VueQueryPlugin, { queryClient })
    .use(createRouter({ history: createMemoryHistory(), routes: [{ path: "/:all(.*)", component: StandardsPage }] }));
  page.mount(place);
  const card = place.querySelector("section");
  await vi.waitFor(() => expect(card?.querySelector("[role=alert]")).not.toBeNull());
  const asked = () => GET.mock.calls.filter(([path]: unknown[]) => path === "/v1/catalogue").length;
  expect(asked()).toBe(1);
  card?.querySelector("button")?.click();
  await vi.waitFor(() => expect(asked()).toBe(2));
  page.unmount();
});
