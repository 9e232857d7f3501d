// @vitest-environment happy-dom
import { VueQueryPlugin } from "@tanstack/vue-query";
import { createApp } from "vue";
import { expect, test, vi } from "vitest";

import { ROWS_MAX, usePaged } from "./paged";

/** A list without an end, as a page of ours has it. */
function opened() {
  const load = vi.fn((after: string | undefined, total: true | undefined) =>
    Promise.resolve({
      items: Array.from({ length: 200 }, (_, place) => Number(after ?? 0) + place),
      next: String(Number(after ?? 0) + 200),
      total: total && { count: 10_000, exact: false },
    }),
  );
  let list: ReturnType<typeof usePaged<number>> | undefined;
  createApp({
    setup() {
      list = usePaged(["list"], load);
      return () => null;
    },
  })
    .use(VueQueryPlugin)
    .mount(document.createElement("div"));
  if (!list) throw new Error("not set up");
  return { load, list };
}

test("a list is asked for how long it is with its first page alone", async () => {
  const { load, list } = opened();
  await vi.waitFor(() => expect(list.items.value).toHaveLength(200));
  list.more();
  await vi.waitFor(() => expect(list.items.value).toHaveLength(400));
  expect(load.mock.calls).toEqual([
    [undefined, true],
    ["200", undefined],
  ]);
  expect(list.total.value).toEqual({ count: 10_000, exact: false });
});

test("a list without an end is shown to a bound, and says that it goes on", async () => {
  const { list } = opened();
  for (let rows = 200; rows < ROWS_MAX; rows += 200) {
    await vi.waitFor(() => expect(list.items.value).toHaveLength(rows));
    list.more();
  }
  await vi.waitFor(() => expect(list.items.value).toHaveLength(ROWS_MAX));
  expect([list.hasMore.value, list.isCut.value]).toEqual([false, true]);
});
