// Two operators at one request: they see each other, and none dispatches behind the other's back.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { accountOf, launch, platform, Visitor } from "../harness/browser";
import { CITY, Services } from "../harness/services";

let browser: Browser;
beforeAll(async () => void (browser = await launch()));
afterAll(() => browser.close());

test("who dispatches while somebody else has the request open is asked first, and not once alone again", async () => {
  const { item, area } = platform.job;
  const { id } = await new Services(platform.address, platform.accounts).ask<{ id: string }>(
    "operator",
    "/intake/v1/requests",
    {
      city: CITY,
      item,
      area,
      mode: "choose",
      contact: { name: "褚女士", phone: "13800000003", address: "3 幢 301 室" },
    },
  );
  const [first, second] = [accountOf("operator"), accountOf("operator2")];
  const waiting = await Visitor.arrive(browser);
  await waiting.signIn(first, `/console/requests/${id}`);
  const working = await Visitor.arrive(browser);
  await working.signIn(second, `/console/requests/${id}`);

  const seen = (visitor: Visitor) => visitor.page.locator("[aria-live=polite]", { hasText: "同时打开" });
  await seen(waiting).waitFor();
  expect(await seen(waiting).innerText()).toContain(second.name);
  await seen(working).waitFor();

  const dispatch = working.page.getByRole("button", { name: "派单给首位" });
  const warning = working.page.getByRole("dialog");
  await dispatch.click();
  await warning.waitFor();
  expect(await warning.innerText()).toContain(first.name);
  await warning.getByRole("button", { name: "取消" }).click();
  await warning.waitFor({ state: "hidden" });

  await waiting.leave();
  await seen(working).waitFor({ state: "detached" });
  await dispatch.click();
  await working.page.locator("ol li", { hasText: "派单" }).first().waitFor();

  await working.leave();
  for (const visitor of [waiting, working]) expect(visitor.troubles).toEqual([]);
});
