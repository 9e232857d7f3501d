import { expect, test } from "vitest";

import { counted, exactly, fitting, together, type Total } from "./total";

const answered = <Body extends object>(body: Body) => Promise.resolve({ data: body, response: new Response() });

test("a list that was asked says how long it is", async () => {
  expect(await counted(answered({ total: { count: 10_000, exact: false } }))).toEqual({ count: 10_000, exact: false });
});

test("a list that does not say how long it is is no empty one", async () => {
  await expect(counted(answered<{ total?: Total }>({}))).rejects.toThrow("how long");
});

test("of rows that were asked for those count that fit, and further pages may hold more", async () => {
  const isMine = ({ mine }: { mine: boolean }) => mine;
  const items = [{ mine: true }, { mine: false }, { mine: true }];
  expect(await fitting(answered({ items }), isMine)).toEqual(exactly(2));
  expect(await fitting(answered({ items, next: "c" }), isMine)).toEqual({ count: 2, exact: false });
});

test("several lists together are exact only where each of them is", () => {
  expect(together([exactly(2), exactly(3)])).toEqual(exactly(5));
  expect(together([exactly(2), { count: 10_000, exact: false }])).toEqual({ count: 10_002, exact: false });
});
