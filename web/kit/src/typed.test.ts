import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { effectScope, nextTick, ref, type Ref } from "vue";

import { useTyped } from "./typed";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function fieldOf(settled: Ref<string>): Ref<string> {
  const typed = effectScope().run(() => useTyped(settled));
  if (!typed) throw new Error("the scope is over");
  return typed;
}

async function type(field: { value: string }, text: string): Promise<void> {
  field.value = text;
  await nextTick();
}

it("takes what was typed once the typing pauses, without the blanks around it", async () => {
  const settled = ref("");
  const typed = fieldOf(settled);
  await type(typed, "甬");
  vi.advanceTimersByTime(200);
  await type(typed, " 甬和 ");
  vi.advanceTimersByTime(200);
  expect(settled.value).toBe("");
  vi.advanceTimersByTime(100);
  expect(settled.value).toBe("甬和");
});

it("keeps what is typed while the search for the letters before it begins", async () => {
  const settled = ref("");
  const typed = fieldOf(settled);
  await type(typed, "甬");
  vi.advanceTimersByTime(300);
  await type(typed, "甬和");
  expect(typed.value).toBe("甬和");
});

it("follows the way back", async () => {
  const settled = ref("甬和");
  const typed = fieldOf(settled);
  settled.value = "";
  await nextTick();
  expect(typed.value).toBe("");
});
