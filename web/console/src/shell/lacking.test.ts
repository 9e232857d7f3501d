// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { createApp, defineComponent, h, nextTick, provide, ref } from "vue";

import { LACKING, lackingFields, lackingOf, useLacking } from "./lacking";

test("a form names what lacks in it, in its order, and no field that went away", async () => {
  const fields = lackingFields();
  const name = ref("");
  const asksPlace = ref(true);
  const Field = defineComponent({
    props: { label: { type: String, required: true }, lacks: Boolean },
    setup: (props) => {
      useLacking(props.label, () => ({ label: props.label, lacks: props.lacks }));
      return () => null;
    },
  });
  const app = createApp({
    setup: () => {
      provide(LACKING, fields);
      return () => [
        h(Field, { label: "名称", lacks: name.value === "" }),
        asksPlace.value ? h(Field, { label: "地点", lacks: true }) : null,
      ];
    },
  });
  app.mount(document.createElement("div"));
  expect(lackingOf(fields)).toEqual(["名称", "地点"]);
  name.value = "培训";
  await nextTick();
  expect(lackingOf(fields)).toEqual(["地点"]);
  name.value = "";
  await nextTick();
  expect(lackingOf(fields)).toEqual(["名称", "地点"]);
  asksPlace.value = false;
  await nextTick();
  expect(lackingOf(fields)).toEqual(["名称"]);
  app.unmount();
});
