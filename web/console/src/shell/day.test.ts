// @vitest-environment happy-dom
import { createWords } from "@kit/words";
import { expect, it, vi } from "vitest";
import { createApp, h, nextTick, ref } from "vue";
import { ElDatePicker } from "element-plus";

import DayField from "./DayField.vue";

it("takes a day that is too early as it was typed, for the form to say why not", async () => {
  const moment = ref<string | null>("2026-11-27T16:00:00.000Z");
  const place = document.body.appendChild(document.createElement("div"));
  const app = createApp(() =>
    h(DayField, {
      modelValue: moment.value,
      "onUpdate:modelValue": (value: string | null | undefined) => (moment.value = value ?? null),
      notBefore: "2026-11-25T16:00:00.000Z",
    }),
  );
  app.component("ElDatePicker", ElDatePicker).use(createWords("zh")).mount(place);
  const field = place.querySelector("input");
  if (!field) throw new Error("no field");
  field.focus();
  field.value = "2026-11-20";
  field.dispatchEvent(new Event("input"));
  await nextTick();
  field.dispatchEvent(new Event("change"));
  await vi.waitFor(() => expect(moment.value).toBe("2026-11-19T16:00:00.000Z"));
  await nextTick();
  expect(field.value).toBe("2026-11-20");
  app.unmount();
});
