import { expect, test } from "vitest";

import { counted, exactly, together } from "./total";

const answered = (body: object) => Promise.resolve({ data: body, response: new Response() });

test("a list that was asked says how long it is", async () => {
  expect(await counted(answered({ total: { count: 10_000, exact: false } }))).toEqual({ count: 10_000, exact: false });
});

test("a list that does not say how long it is is no empty one", async () => {
  await expect(counted(answered({ items: [] }))).rejects.toThrow("how long");
});

test("several lists together are exact only where each of them is", () => {
  expect(together([exactly(2), exactly(3)])).toEqual(exactly(5));
  expect(together([exactly(2), { count: 10_000, exact: false }])).toEqual({ count: 10_002, exact: false });
});
