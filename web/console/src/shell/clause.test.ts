import { expect, test } from "vitest";

import { quoted } from "./clause";

test("a clause of a standard says where it stands, one of the commitment is its words", () => {
  const promised = { cite: "on-time", text: "守时履约", text_en: "On time" };
  expect([quoted(promised, "zh"), quoted(promised, "en")]).toEqual(["守时履约", "On time"]);
  const demanded = { cite: "DB33/T 2396-2021#5.2", text: "持证上岗" };
  expect(quoted(demanded, "en")).toBe("持证上岗 · DB33/T 2396-2021 5.2");
});
