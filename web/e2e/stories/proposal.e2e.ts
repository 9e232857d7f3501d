// A choice against the order waits for a second person, who sees what it passes over before agreeing to it.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { accountOf, launch, platform, Visitor } from "../harness/browser";
import { proposeUntil } from "../harness/life/desk";
import { Services } from "../harness/services";

let browser: Browser;
beforeAll(async () => void (browser = await launch()));
afterAll(() => browser.close());

test("nobody approves a choice from its row: the order is shown first, and it is approved there", async () => {
  await proposeUntil(new Services(platform.address, platform.accounts), 1);
  const second = await Visitor.arrive(browser);
  await second.signIn(accountOf("operator2"), "/console/proposals");
  const { page } = second;
  const row = page.locator("#content tbody tr").first();
  await row.getByRole("button", { name: "查看并复核" }).waitFor();
  expect(await row.getByRole("button", { name: "同意改派" }).count()).toBe(0);

  await row.getByRole("button", { name: "查看并复核" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/按规则排首位的是.+拟派企业排在第 \d+ 位|拟派企业现在就排在首位/).waitFor();
  await dialog.getByText("拟派", { exact: true }).waitFor();
  await dialog.getByRole("button", { name: "同意改派" }).click();
  await dialog.waitFor({ state: "hidden" });
  await second.open("/console/proposals?state=approved");
  await row.getByText("熟悉此事").waitFor();

  await second.leave();
  expect(second.troubles).toEqual([]);
});
