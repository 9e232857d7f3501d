import { expect, it } from "vitest";

import { settingsFrom } from "./settings";

const settings = { city: 330200, zone: "Asia/Shanghai", channels: [] };
const answering = (body: string, status: number) => () => Promise.resolve(new Response(body, { status }));

it("has the settings where they are", async () => {
  expect(await settingsFrom(answering(JSON.stringify(settings), 200))).toEqual(settings);
});

it("has none where nobody answers, who answers fails, or it is something else", async () => {
  const others = [answering(JSON.stringify(settings), 503), answering("<html>", 200), answering("{}", 200)];
  for (const ask of [...others, () => Promise.reject(new TypeError("nobody answers"))])
    expect(await settingsFrom(ask)).toBeNull();
});
