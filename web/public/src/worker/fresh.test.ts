import { expect, it } from "vitest";

import { freshOrKept } from "./fresh";

const answering = (status: number) => () => Promise.resolve(new Response(String(status), { status }));
const away = () => Promise.reject(new TypeError("nobody answers"));
const nothing = () => Promise.resolve(undefined);
const kept = () => Promise.resolve(new Response("kept"));

it("gives what was kept where nobody answers, and where who answers fails", async () => {
  for (const ask of [away, answering(500), answering(502), answering(503)])
    expect(await (await freshOrKept(ask, kept)).text()).toBe("kept");
});

it("gives what is fresh where it is, and a refusal as it is", async () => {
  expect(await (await freshOrKept(answering(200), kept)).text()).toBe("200");
  expect((await freshOrKept(answering(404), kept)).status).toBe(404);
});

it("hides no failure where nothing was kept", async () => {
  expect((await freshOrKept(answering(503), nothing)).status).toBe(503);
  await expect(freshOrKept(away, nothing)).rejects.toThrow("nobody answers");
});
