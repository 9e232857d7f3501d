import { expect, it } from "vitest";

import { settingsOf } from "./settings";

const areSettings = (said: unknown): said is { city: number } =>
  typeof said === "object" && said !== null && "city" in said;
const answering = (body: string, status: number) => () => Promise.resolve(new Response(body, { status }));
const asked = (ask: typeof fetch) => settingsOf("/settings.json", areSettings, ask);

it("has the settings where they are", async () => {
  expect(await asked(answering('{"city":330200}', 200))).toEqual({ city: 330200 });
});

it("has none where nobody answers, who answers fails, or it is something else", async () => {
  const others = [answering('{"city":330200}', 503), answering("<html>", 200), answering("{}", 200)];
  for (const ask of [...others, () => Promise.reject(new TypeError("nobody answers"))])
    expect(await asked(ask)).toBeNull();
});
