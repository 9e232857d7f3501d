import { expect, it } from "vitest";
import { nextTick, shallowRef } from "vue";

import { useHeld } from "./held";

it("says of the row that is held that it moved or is gone, and lets it go with the finger", async () => {
  const newest = shallowRef(["a", "b", "c"]);
  const { shown, heldBack, holding } = useHeld(
    () => newest.value,
    (row) => row,
  );
  holding("a").onPointerenter();
  expect(heldBack("a")).toBeNull();
  newest.value = ["b", "a", "c"];
  await nextTick();
  expect([shown.value, heldBack("a"), heldBack("b")]).toEqual([["a", "b", "c"], "moved", null]);
  newest.value = ["b", "c"];
  await nextTick();
  expect([shown.value, heldBack("a")]).toEqual([["a", "b", "c"], "gone"]);
  holding("a").onPointerleave();
  await nextTick();
  expect([shown.value, heldBack("a")]).toEqual([["b", "c"], null]);
});
