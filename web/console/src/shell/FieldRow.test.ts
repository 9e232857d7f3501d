// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { createApp, h, nextTick, ref } from "vue";

import FieldRow from "./FieldRow.vue";

it("says what is wrong also to who cannot see it, for as long as it is", async () => {
  const wrong = ref<string>();
  const place = document.body.appendChild(document.createElement("div"));
  const field = () => place.querySelector("input");
  const app = createApp(() =>
    h(FieldRow, { label: "听证时间", wrong: wrong.value }, { default: ({ id }: { id: string }) => h("input", { id }) }),
  );
  app.mount(place);
  wrong.value = "最早 2026年12月3日";
  await nextTick();
  expect(field()?.getAttribute("aria-invalid")).toBe("true");
  expect(document.getElementById(field()?.getAttribute("aria-describedby") ?? "")?.textContent).toBe(wrong.value);
  wrong.value = undefined;
  await nextTick();
  expect(field()?.hasAttribute("aria-invalid")).toBe(false);
  app.unmount();
});
