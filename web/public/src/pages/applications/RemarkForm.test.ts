// @vitest-environment happy-dom
import type { Api } from "@kit/api/client";
import { createWords } from "@kit/words";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type App, createApp, nextTick } from "vue";

import { CONTEXT } from "../../shell/context";
import RemarkForm from "./RemarkForm.vue";

const POST = vi.fn(async () => ({ data: {}, response: new Response() }));
let page: App;
let place: HTMLElement;

function open(): void {
  place = document.body.appendChild(document.createElement("div"));
  page = createApp(RemarkForm, { application: "a" })
    .provide(CONTEXT, {
      api: { credit: { POST } } as unknown as Api,
      settings: { city: 330200, zone: "Asia/Shanghai", channels: [] },
    })
    .use(createWords("zh"));
  page.mount(place);
}
function reload(): void {
  page.unmount();
  open();
}
const field = () => place.querySelector("textarea");
async function types(text: string): Promise<void> {
  const at = field();
  if (!at) throw new Error("no field");
  at.value = text;
  at.dispatchEvent(new Event("input"));
  await nextTick();
}
const sends = () => void place.querySelector("form")?.dispatchEvent(new Event("submit"));

beforeEach(() => {
  sessionStorage.clear();
  POST.mockClear();
  open();
});
afterEach(() => page.unmount());

it("says at the field that blanks are no words, until something is typed", async () => {
  await types("   ");
  sends();
  await nextTick();
  expect(place.querySelector("[role=alert]")?.textContent).toContain("还没有写内容");
  expect(document.activeElement).toBe(field());
  expect(POST).not.toHaveBeenCalled();
  await types("   x");
  expect(place.querySelector("[role=alert]")).toBeNull();
});

it("has what was typed after a reload, open to be seen", async () => {
  expect(place.querySelector("details")?.open).toBe(false);
  await types("去年在我家收了定金没有来");
  reload();
  expect(field()?.value).toBe("去年在我家收了定金没有来");
  expect(place.querySelector("details")?.open).toBe(true);
});

it("leaves nothing of it on the device once it was sent", async () => {
  await types("去年在我家收了定金没有来");
  sends();
  await vi.waitFor(() => expect(place.textContent).toContain("已收到"));
  expect(POST).toHaveBeenCalledOnce();
  expect(sessionStorage).toHaveLength(0);
});
