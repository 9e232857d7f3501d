// @vitest-environment happy-dom
import { beforeEach, describe, expect, it } from "vitest";
import { createApp, nextTick, ref } from "vue";

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
    expect(sessionStorage).toHaveLength(0);
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

describe("the subject of a draft", () => {
  it("has a draft of its own", async () => {
    const id = ref("1");
    const { draft, isTyped } = inConsole("one", () =>
      useDraft(
        () => `reason.${id.value}`,
        () => ({ reason: "" }),
      ),
    );
    draft.reason = "迟到";
    await nextTick();
    id.value = "2";
    expect([draft.reason, isTyped.value]).toEqual(["", false]);
    await nextTick();
    id.value = "1";
    expect([draft.reason, isTyped.value]).toEqual(["迟到", true]);
  });

  it("begins anew with it while nobody typed, and says whether it was typed before", async () => {
    const announced = ref("warning");
    const begin = () => inConsole("one", () => useDraft("decision", () => ({ measure: announced.value, text: "" })));
    const { draft, wasKept } = begin();
    announced.value = "removal";
    expect([draft.measure, wasKept.value]).toEqual(["removal", false]);
    draft.text = "听取陈述后";
    await nextTick();
    announced.value = "remind";
    expect(draft).toEqual({ measure: "removal", text: "听取陈述后" });
    const again = begin();
    expect([again.draft.text, again.wasKept.value]).toEqual(["听取陈述后", true]);
    again.forget();
    expect([again.draft, again.wasKept.value, sessionStorage.length]).toEqual([
      { measure: "remind", text: "" },
      false,
      0,
    ]);
  });

  it("that identifies a person does not lie in the tab's store", async () => {
    const { draft, isTyped } = inConsole("one", () => useDraft("enrol", () => ({ number: "" }), { isKept: false }));
    draft.number = "330200";
    await nextTick();
    expect([isTyped.value, sessionStorage.length]).toEqual([true, 0]);
  });
});
