// @vitest-environment happy-dom
import { openApi } from "@kit/api/client";
import { createWords } from "@kit/words";
import { afterEach, expect, it, vi } from "vitest";
import { createApp } from "vue";

import { CONTEXT } from "../../shell/context";
import SheetLink from "./SheetLink.vue";

const saved = vi.hoisted(() => vi.fn());
vi.mock("@kit/saving", () => ({ save: saved }));
afterEach(() => {
  vi.unstubAllGlobals();
  saved.mockClear();
});

function shown(answer: Response): { place: HTMLElement; asked: () => number } {
  const fetching = vi.fn(() => Promise.resolve(answer));
  vi.stubGlobal("fetch", fetching);
  const place = document.createElement("div");
  const api = openApi("http://localhost/", () => Promise.resolve(null));
  createApp(SheetLink, { id: "8e4c", name: "甬江家政", text: "下载 PDF" })
    .provide(CONTEXT, { api, settings: { city: 330200, zone: "Asia/Shanghai", channels: [] } })
    .use(createWords("zh"))
    .mount(place);
  return { place, asked: () => fetching.mock.calls.length };
}
/** Whether the page keeps it from the browser, which is not to follow it here. */
function clicked(place: HTMLElement, how: MouseEventInit = {}): boolean | undefined {
  let isKept: boolean | undefined;
  const look = (click: Event) => {
    isKept = click.defaultPrevented;
    click.preventDefault();
  };
  place.addEventListener("click", look, { once: true });
  place.querySelector("a")?.dispatchEvent(new MouseEvent("click", { cancelable: true, bubbles: true, ...how }));
  return isKept;
}

it("saves the sheet under the merchant's name", async () => {
  const { place } = shown(new Response("%PDF-", { headers: { "content-type": "application/pdf" } }));
  expect(clicked(place)).toBe(true);
  await vi.waitFor(() => expect(saved).toHaveBeenCalledExactlyOnceWith(expect.any(Blob), "甬江家政 价格公示牌.pdf"));
});

it("says in words why there is no sheet, and shows nobody what programs say to each other", async () => {
  const problem = JSON.stringify({ code: "overloaded", title: "Too many requests", status: 503 });
  const headers = { "content-type": "application/problem+json" };
  const { place } = shown(new Response(problem, { status: 503, headers }));
  clicked(place);
  await vi.waitFor(() => expect(place.querySelector("[role=alert] .what")?.textContent).toMatch(/[一-鿿]/));
  expect(saved).not.toHaveBeenCalled();
});

it("leaves it to the browser to open the link in a tab of its own", () => {
  const { place, asked } = shown(new Response());
  expect(clicked(place, { ctrlKey: true })).toBe(false);
  expect(asked()).toBe(0);
});
