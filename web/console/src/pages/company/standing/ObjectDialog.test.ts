// @vitest-environment happy-dom
import { Refused } from "@kit/api/problem";
import { createWords } from "@kit/words";
import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import { beforeEach, expect, it, vi } from "vitest";
import { createApp, defineComponent, h } from "vue";

import { CONTEXT, type Context } from "../../../shell/context";
import ObjectDialog from "./ObjectDialog.vue";

vi.mock("element-plus/es/components/message/index.mjs", () => ({ ElMessage: vi.fn() }));
vi.mock("element-plus/es/components/message/style/css.mjs", () => ({}));

const DRAFT = "81890.draft.me.objection.1.year";
const part = (tag: string) =>
  defineComponent({
    setup:
      (_, { slots }) =>
      () =>
        h(tag, slots.default?.()),
  });
const Link = defineComponent({
  props: { to: { type: String, required: true } },
  setup:
    (props, { slots }) =>
    () =>
      h("a", { href: props.to }, slots.default?.()),
});

beforeEach(() => sessionStorage.setItem(DRAFT, JSON.stringify({ grounds: "第二份理由" })));

it("leads to the objection of before and keeps the other grounds, where one was filed", async () => {
  const refused = new Refused("credit", 409, "conflict", "", undefined, [], undefined, undefined);
  const filed = { items: [{ id: "7", evaluation: "year" }] };
  const credit = {
    GET: () => Promise.resolve({ data: filed, response: new Response() }),
    POST: () => Promise.reject(refused),
  };
  const session = { current: { value: { profile: { sub: "me" } } }, merchant: { value: "1" } };
  const place = document.createElement("div");
  const app = createApp(ObjectDialog, { merchant: "1", evaluation: "year" })
    .use(createWords("zh"))
    .use(VueQueryPlugin, { queryClient: new QueryClient() })
    .provide(CONTEXT, { api: { credit }, session, city: 330200 } as unknown as Context)
    .component("ElDialog", part("div"))
    .component("ElButton", part("button"))
    .component("ElInput", part("textarea"))
    .component("RouterLink", Link);
  app.mount(place);
  place.querySelector("form")?.dispatchEvent(new Event("submit"));
  await vi.waitFor(() => expect(place.querySelector("a")?.getAttribute("href")).toBe("/company/objections/7"));
  expect(place.textContent).toContain("对它已经提过异议，以先提出的为准");
  expect(place.textContent).not.toContain("重新打开");
  expect(sessionStorage.getItem(DRAFT)).toContain("第二份理由");
  app.unmount();
});
