import { describe, expect, it } from "vitest";
import { createApp, effectScope } from "vue";

import { CONTEXT, type Context } from "../../../shell/context";
import { useCallerSearch } from "./search";

interface Search {
  params: { query: { after?: string } };
  body: { phone: string };
}

/** A service that answers when told to. */
function desk() {
  const asked: (Search & { answer: (ids: string[], next?: string) => Promise<void> })[] = [];
  const POST = (_path: string, search: Search) =>
    new Promise((resolve) => {
      const answer = async (ids: string[], next?: string) => {
        resolve({ data: { items: ids.map((id) => ({ id })), next }, response: {} });
        await new Promise((told) => setTimeout(told));
      };
      asked.push({ ...search, answer });
    });
  const context = { city: 330200, api: { intake: { POST } } } as unknown as Context;
  const scope = effectScope();
  const caller = createApp({})
    .provide(CONTEXT, context)
    .runWithContext(() => scope.run(useCallerSearch));
  if (!caller) throw new Error("the scope is over");
  return { asked, caller, ids: () => caller.found.value?.map(({ id }) => id) };
}

describe("the search for a caller", () => {
  it("goes on below what was found, for the number that was asked for", async () => {
    const { asked, caller, ids } = desk();
    void caller.search({ phone: "13800001234" });
    await asked[0]?.answer(["a", "b"], "b");
    expect(caller.hasMore()).toBe(true);
    void caller.more();
    expect(asked[1]).toMatchObject({ params: { query: { after: "b" } }, body: { phone: "13800001234" } });
    await asked[1]?.answer(["c"]);
    expect(ids()).toEqual(["a", "b", "c"]);
    expect(caller.hasMore()).toBe(false);
  });

  it("does not show an answer about a number that is not asked for any more", async () => {
    const { asked, caller, ids } = desk();
    void caller.search({ phone: "13800001234" });
    void caller.search({ phone: "13900005678" });
    await asked[1]?.answer(["b"]);
    await asked[0]?.answer(["a"]);
    expect(ids()).toEqual(["b"]);
    void caller.search({ phone: "13800001234" });
    caller.forget();
    await asked[2]?.answer(["a"]);
    expect(ids()).toBeUndefined();
  });
});
