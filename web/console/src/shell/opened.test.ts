import { expect, it } from "vitest";
import { nextTick, ref, shallowRef } from "vue";

import { useAsOpened } from "./opened";

it("holds what was seen when the dialog was opened, until it is closed", async () => {
  const isOpen = ref(false);
  const newest = shallowRef({ version: 1 });
  const seen = useAsOpened(isOpen, () => newest.value);
  newest.value = { version: 2 };
  expect(seen.value.version).toBe(2);
  isOpen.value = true;
  newest.value = { version: 3 };
  await nextTick();
  expect(seen.value.version).toBe(2);
  isOpen.value = false;
  expect(seen.value.version).toBe(3);
});

it("holds the first answer of what is loaded in the open dialog", () => {
  const newest = shallowRef<{ version: number }>();
  const seen = useAsOpened(true, () => newest.value);
  newest.value = { version: 1 };
  newest.value = { version: 2 };
  expect(seen.value).toEqual({ version: 1 });
});
