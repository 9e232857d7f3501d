// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { createApp, nextTick } from "vue";

import { CONTEXT, type Context } from "./context";
import { useDraft } from "./draft";

function inConsole<T>(sub: string, what: () => T): T {
  const context = { session: { current: { value: { profile: { sub } } } } } as unknown as Context;
  return createApp({}).provide(CONTEXT, context).runWithContext(what);
}
const open = (sub: string) => inConsole(sub, () => useDraft("request", () => ({ name: "", phone: "" })));

beforeEach(() => sessionStorage.clear());

describe("a draft", () => {
  it("survives a reload, for the same account alone", async () => {
    open("one").draft.name = "王先生";
    await nextTick();
    expect(open("one").draft).toEqual({ name: "王先生", phone: "" });
    expect(open("other").draft.name).toBe("");
  });

  it("is gone once it was sent", async () => {
    const { draft, forget } = open("one");
    draft.name = "王先生";
    await nextTick();
    forget();
    await nextTick();
    expect(draft.name).toBe("");
    expect(open("one").draft.name).toBe("");
  });

  it("that was cleared comes back as it was, until something else is typed", async () => {
    const { draft, clear, canUndo, undo } = open("one");
    draft.name = "王先生";
    await nextTick();
    expect(canUndo.value).toBe(false);
    clear();
    await nextTick();
    // Once more by mistake takes nothing away.
    clear();
    await nextTick();
    expect([draft.name, canUndo.value, open("one").draft.name]).toEqual(["", true, ""]);
    undo();
    await nextTick();
    expect([draft.name, canUndo.value, open("one").draft.name]).toEqual(["王先生", false, "王先生"]);
    clear();
    draft.phone = "13800001234";
    await nextTick();
    expect(canUndo.value).toBe(false);
  });

  it("that was empty has nothing to come back, nor one that was sent", () => {
    const { draft, clear, forget, canUndo } = open("one");
    clear();
    expect(canUndo.value).toBe(false);
    draft.name = "王先生";
    clear();
    forget();
    expect(canUndo.value).toBe(false);
  });

  it("begins anew where what was kept cannot be read", () => {
    sessionStorage.setItem("81890.draft.one.request", "{half");
    expect(open("one").draft.name).toBe("");
  });
});
