// @vitest-environment happy-dom
import { Refused } from "@kit/api/problem";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type App, nextTick } from "vue";

import { mounted } from "../../shell/mounted";
import type { First } from "./forestalled";
import type { Proceeding } from "./one";
import ProceedingActions from "./ProceedingActions.vue";

vi.mock("element-plus/es/components/message/index.mjs", () => ({ ElMessage: vi.fn() }));
vi.mock("element-plus/es/components/message/style/css.mjs", () => ({}));

const DRAFT = "81890.draft.second.proceeding.1.drop";
const opened = {
  id: "1",
  class: "minor",
  ground: { kind: "finding" },
  allowed_actions: ["drop"],
  repairs: [],
  version: 3,
} as unknown as Proceeding;
const decision = { by: "first", at: "2026-11-26T02:00:00Z", reason: "事实清楚", published: false, appeal_by: "" };

let place: HTMLElement;
let app: App;
/** Somebody drops the case, and is refused for what `stands` by then. */
async function dropsIt(stands: Proceeding) {
  const forestalled = vi.fn<(first: First | null) => void>();
  const refused = new Refused("credit", 409, "not-now", "", undefined, [], undefined, undefined);
  const answers = (path: string) => (path === "/v1/proceedings" ? { items: [stands] } : {});
  const credit = {
    GET: (path: string) => Promise.resolve({ data: answers(path), response: new Response() }),
    POST: () => Promise.reject(refused),
  };
  ({ place, app } = mounted(
    ProceedingActions,
    { proceeding: opened, forestalled: null, "onUpdate:forestalled": forestalled },
    { account: "second", credit, session: { may: () => true } },
  ));
  place.querySelector("button")?.click();
  await nextTick();
  place.querySelector("form")?.dispatchEvent(new Event("submit"));
  return forestalled;
}

beforeEach(() => sessionStorage.setItem(DRAFT, JSON.stringify({ text: "证据不足" })));
afterEach(() => app.unmount());

it("closes and says who decided first, since one's own words came too late", async () => {
  const forestalled = await dropsIt({ ...opened, decision });
  const first = { by: "first", at: decision.at, how: "dropped" };
  await vi.waitFor(() => expect(forestalled).toHaveBeenLastCalledWith(first));
  await nextTick();
  expect(place.querySelector("dialog")).toBeNull();
  expect(sessionStorage.getItem(DRAFT)).toBeNull();
});

it("stays open with what was typed where the file moved otherwise", async () => {
  await dropsIt({ ...opened, version: 4 });
  await vi.waitFor(() => expect(place.textContent).toContain("点右上角的 × 关闭"));
  expect(place.querySelector("dialog")).not.toBeNull();
  expect(sessionStorage.getItem(DRAFT)).toContain("证据不足");
});
