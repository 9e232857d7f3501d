// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it } from "vitest";
import { computed, createApp, type EffectScope, effectScope, nextTick, ref } from "vue";

import { CONTEXT, type Context } from "../../../shell/context";
import type { Model } from "../document";
import { useKept } from "./kept";

const typed = (days: number) => JSON.stringify({ valid_days: days }, null, 2);
const edition = (version: number, days: number): Model => ({
  id: "m",
  version,
  edition: version,
  document: JSON.parse(typed(days)),
  note: "",
  authors: [],
  allowed_actions: ["edit"],
  state: "drafted",
  drafted_at: "2026-11-26T00:00:00Z",
  changed_at: "2026-11-26T00:00:00Z",
});
const stored = ref(edition(1, 365));

let page: EffectScope;

/** Anew: the page that was open before is gone. */
function open() {
  page?.stop();
  page = effectScope();
  const context = { session: { current: { value: { profile: { sub: "1" } } } } } as unknown as Context;
  const app = createApp({}).provide(CONTEXT, context);
  const kept = app.runWithContext(() => page.run(() => useKept(computed(() => stored.value))));
  if (!kept) throw new Error("the page is gone");
  return kept;
}

beforeEach(() => {
  sessionStorage.clear();
  stored.value = edition(1, 365);
});

afterEach(() => page.stop());

it("what was saved is forgotten, so that a colleague's later text is what a reload shows", async () => {
  const mine = open();
  mine.draft.text = typed(300);
  await nextTick();
  mine.saved(edition(2, 300), { text: typed(300), note: "" });
  stored.value = edition(2, 300);
  await nextTick();
  expect(sessionStorage).toHaveLength(0);
  stored.value = edition(3, 200);
  const anew = open();
  expect([anew.draft.text, anew.isChanged.value, anew.draft.began.version]).toEqual([typed(200), false, 3]);
});

it("what a colleague saved meanwhile is shown beside one's own, and nothing is saved over it unasked", async () => {
  open().draft.text = typed(300);
  await nextTick();
  stored.value = edition(2, 200);
  const mine = open();
  expect([mine.draft.text, mine.overtaking.value?.text, mine.draft.began.version]).toEqual([typed(300), typed(200), 1]);
  mine.goOn();
  expect([mine.draft.text, mine.overtaking.value, mine.draft.began.version]).toEqual([typed(300), undefined, 2]);
  mine.forget();
  expect([mine.draft.text, mine.isChanged.value]).toEqual([typed(200), false]);
});

it("an untouched page takes over what a colleague saved, and one with the same text asks nothing", async () => {
  const mine = open();
  stored.value = edition(2, 200);
  await nextTick();
  expect(mine.draft.text).toBe(typed(200));
  mine.draft.text = typed(100);
  stored.value = edition(3, 100);
  await nextTick();
  expect([mine.overtaking.value, mine.isChanged.value]).toEqual([undefined, false]);
});
