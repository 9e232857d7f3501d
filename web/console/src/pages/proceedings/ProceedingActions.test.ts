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
const notNow = new Refused("credit", 409, "not-now", "", undefined, [], undefined, undefined);
/** Somebody drops the case, and is refused for what `stands` by then. */
const dropsIt = (stands: Proceeding) => acts(opened, stands, notNow);
/** Somebody does what may be done, and is refused. */
async function acts(proceeding: Proceeding, stands: Proceeding, refused: Refused) {
  const forestalled = vi.fn<(first: First | null) => void>();
  const answers = (path: string) => (path === "/v1/proceedings" ? { items: [stands] } : {});
  const credit = {
    GET: (path: string) => Promise.resolve({ data: answers(path), response: new Response() }),
    POST: () => Promise.reject(refused),
  };
  ({ place, app } = mounted(
    ProceedingActions,
    { proceeding, forestalled: null, "onUpdate:forestalled": forestalled },
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

it("says beneath the time of a hearing within what it may be, and calls it by its name", async () => {
  const noticed = { ...opened, allowed_actions: ["call_hearing"] } as unknown as Proceeding;
  sessionStorage.setItem(
    "81890.draft.second.proceeding.1.call_hearing",
    JSON.stringify({ on: "2026-12-02T01:00:00Z" }),
  );
  const faults = [{ pointer: "#/on", code: "outside-its-time", detail: "" }];
  const within = { not_before: "2026-12-02T16:00:00Z", until: "2026-12-30T16:00:00Z" };
  const refused = new Refused("credit", 422, "hearing-date", "", undefined, faults, undefined, undefined, within);
  await acts(noticed, noticed, refused);
  await vi.waitFor(() => expect(place.querySelector("li")?.textContent).toBe("听证时间 不在可选的时间内"));
  expect(place.querySelector(".wrong")?.textContent).toBe("最早 2026年12月3日，最迟 2026年12月30日。");
});
