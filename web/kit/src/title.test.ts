// @vitest-environment happy-dom
import { createPinia, setActivePinia } from "pinia";
import { expect, it } from "vitest";
import { effectScope, nextTick, ref } from "vue";

import { useHeadline, useTitle } from "./title";

it("calls the window by the page until what is shown has a name, and again once that is gone", async () => {
  setActivePinia(createPinia());
  effectScope(true).run(() => useTitle(() => "加盟企业"));
  expect(document.title).toBe("加盟企业 · 81890");
  const name = ref<string>();
  const page = effectScope(true);
  page.run(() => useHeadline(() => name.value));
  name.value = "宁波甬安保洁服务有限公司";
  await nextTick();
  expect(document.title).toBe("宁波甬安保洁服务有限公司 · 81890");
  // The next page is there before this one has gone.
  const next = effectScope(true);
  next.run(() => useHeadline(() => "冰箱维修"));
  page.stop();
  await nextTick();
  expect(document.title).toBe("冰箱维修 · 81890");
  next.stop();
  await nextTick();
  expect(document.title).toBe("加盟企业 · 81890");
});
