// @vitest-environment happy-dom
import { createWords } from "@kit/words";
import { expect, it } from "vitest";
import { createApp } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";

import { flow, reading } from "./sample";
import ServiceBox from "./ServiceBox.vue";

it("shows of a service that is away, and of an instance that is not seen, when it last answered, and none of the figures of before", () => {
  const consumers = [{ consumer: "intake-credit", stream: "CREDIT", dead_letters: 2, flow: flow({ undelivered: 7 }) }];
  const one = reading("intake", "a", { consumers });
  const shown = (away: readonly "intake"[], passed = 0) => {
    const place = document.createElement("div");
    const readings = [{ ...one, passed }, ...(passed ? [reading("intake", "b", {}, 20_000)] : [])];
    createApp(ServiceBox, { readings, away })
      .use(createWords("zh"))
      .use(createRouter({ history: createMemoryHistory(), routes: [{ path: "/:all(.*)", component: {} }] }))
      .mount(place);
    return [...place.querySelectorAll("tbody td, tbody th")].map((cell) => cell.textContent?.replaceAll(/\s+/g, ""));
  };
  expect(shown([])).toEqual(expect.arrayContaining(["正常总线已连", "7", "2", "PostgreSQL已连"]));
  const away = shown(["intake"]);
  expect(away[0]).toBe("受理");
  expect(away[1]).toMatch(/^没有应答最后应答/);
  expect(away.slice(2)).toEqual(["–", "–", "–", "–", "–", "PostgreSQL", "–"]);
  const unseen = shown([], 4);
  expect(unseen[1]).toMatch(/^20秒未见最后应答/);
  expect(unseen.slice(2, 9)).toEqual(away.slice(2));
});
