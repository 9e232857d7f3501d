// From a citizen's complaint to a merchant that falls behind: whoever looks at the order sees it fall, and why.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { accountOf, launch, platform, Visitor } from "../harness/browser";

let browser: Browser;
beforeAll(async () => void (browser = await launch()));
afterAll(() => browser.close());

test("a verified breach moves the merchant in another window without a reload, with its cause", async () => {
  const { merchant, item, area } = platform.job;
  const operator = await Visitor.arrive(browser);
  await operator.signIn(accountOf("operator"), `/console/ranking?item=${item}&area=${area}`);
  await operator.page.locator(`#content section a[href$="/merchants/${merchant}"]`).first().waitFor();
  await operator.page.evaluate(() => document.body.setAttribute("data-never-left", ""));

  const officer = await Visitor.arrive(browser);
  await officer.signIn(accountOf("credit_officer"), "/console/cases");
  await officer.page.locator("#content tbody tr").first().click();
  await officer.page.locator("#content h1").waitFor();
  await officer.page.getByRole("button", { name: "核实失信" }).first().click();
  const dialog = officer.page.getByRole("dialog");
  await dialog.locator("#verify-clause").click();
  await officer.page.locator(".el-select-dropdown__item:visible").first().click();
  await dialog.locator("input[value=serious]").check();
  await dialog.locator("button[type=submit]").click();
  await dialog.waitFor({ state: "hidden" });

  const moves = operator.page.locator("aside ol[aria-live=polite]");
  await moves.locator(`li:has(a[href$="/merchants/${merchant}"])`).waitFor();
  await expect.poll(() => moves.innerText()).toContain("失信");
  expect(await operator.page.locator("body[data-never-left]").count(), "it was reloaded").toBe(1);

  for (const visitor of [operator, officer]) {
    await visitor.leave();
    expect(visitor.troubles).toEqual([]);
  }
});
