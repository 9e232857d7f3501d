// @vitest-environment happy-dom
import { beforeEach, expect, it, vi } from "vitest";
import { nextTick } from "vue";

import { mounted } from "../../../shell/mounted";
import AnswerDialog from "./AnswerDialog.vue";

vi.mock("element-plus/es/components/message/index.mjs", () => ({ ElMessage: vi.fn() }));
vi.mock("element-plus/es/components/message/style/css.mjs", () => ({}));

const rules = { process: { classes: { minor: { months_min: 1, months_max: 3 } }, hearing_from: "suspension" } };

async function shown(hearing_on_request: boolean): Promise<string> {
  const notice = { announced: "remind", at: "", by: "3", reason: "", reply_by: "", hearing_on_request };
  const proceeding = { id: "1", class: "minor", notice };
  const credit = { GET: () => Promise.resolve({ data: rules, response: new Response() }) };
  const { place } = mounted(AnswerDialog, { proceeding, act: "reply" }, { account: "merchant", credit });
  await vi.waitFor(() => expect(place.textContent).toContain("听证"));
  await nextTick();
  return place.textContent ?? "";
}

beforeEach(() => sessionStorage.clear());

it("offers a hearing where there is a right to one", async () => {
  const says = await shown(true);
  expect(says).toContain("要求听证");
  expect(says).not.toContain("没有听证");
});

it("says from which measure on there is one, where there is no right to it", async () => {
  expect(await shown(false)).toContain("这次没有听证：拟采取的措施重至“暂停服务”及以上");
});
