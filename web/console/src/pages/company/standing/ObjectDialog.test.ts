// @vitest-environment happy-dom
import { Refused } from "@kit/api/problem";
import { beforeEach, expect, it, vi } from "vitest";

import { mounted } from "../../../shell/mounted";
import ObjectDialog from "./ObjectDialog.vue";

vi.mock("element-plus/es/components/message/index.mjs", () => ({ ElMessage: vi.fn() }));
vi.mock("element-plus/es/components/message/style/css.mjs", () => ({}));

const DRAFT = "81890.draft.me.objection.1.year";

beforeEach(() => sessionStorage.setItem(DRAFT, JSON.stringify({ grounds: "第二份理由" })));

it("leads to the objection of before and keeps the other grounds, where one was filed", async () => {
  const refused = new Refused("credit", 409, "conflict", "", undefined, [], undefined, undefined);
  const filed = { items: [{ id: "7", evaluation: "year" }] };
  const credit = {
    GET: () => Promise.resolve({ data: filed, response: new Response() }),
    POST: () => Promise.reject(refused),
  };
  const { place, app } = mounted(
    ObjectDialog,
    { merchant: "1", evaluation: "year" },
    { account: "me", credit, session: { merchant: { value: "1" } } },
  );
  place.querySelector("form")?.dispatchEvent(new Event("submit"));
  await vi.waitFor(() => expect(place.querySelector("a")?.getAttribute("href")).toBe("/company/objections/7"));
  expect(place.textContent).toContain("对它已经提过异议，以先提出的为准");
  expect(place.textContent).not.toContain("重新打开");
  expect(sessionStorage.getItem(DRAFT)).toContain("第二份理由");
  app.unmount();
});
