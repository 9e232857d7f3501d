// From the code that an operator reads out to the page on which the citizen sees who comes.
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { accountOf, launch, platform, Visitor } from "../harness/browser";
import { CITY, Services } from "../harness/services";

let browser: Browser;
beforeAll(async () => void (browser = await launch()));
afterAll(() => browser.close());

/** Types a request as it comes by phone, and reads the code that is to be read out. */
async function takenIn(operator: Visitor): Promise<{ id: string; code: string }> {
  const { page } = operator;
  const { item, area } = platform.job;
  await page.locator("#new-item").fill(item);
  await page.locator(".el-select-dropdown__item:visible").first().click();
  await page.locator("#new-area").fill(String(area));
  await page.locator(".el-select-dropdown__item:visible").first().click();
  await page.locator("#new-name").fill("卫先生");
  await page.locator("#new-phone").fill("0574-87650004");
  await page.locator("#new-address").fill("4 幢 401 室");
  await page.locator("input[name=new-mode][value=choose]").check();
  await page.keyboard.press("Control+Enter");
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
  const groups = await page.locator("[role=status]", { hasText: "念给来电人" }).locator("p span").allInnerTexts();
  return { id: new URL(page.url()).pathname.split("/").pop() ?? "", code: groups.slice(0, 3).join("-") };
}

test("a citizen follows the request by the code, which stands in no address", async () => {
  const operator = await Visitor.arrive(browser);
  await operator.signIn(accountOf("operator"), "/console/requests/new");
  const { id, code } = await takenIn(operator);
  expect(code).toMatch(/^(?:[0-9A-Z]{5}-){2}[0-9A-Z]{5}$/);

  const citizen = await Visitor.arrive(browser, "phone");
  await citizen.open("/track");
  await citizen.page.locator("#code").fill(code.toLowerCase().replaceAll("-", " "));
  await citizen.page.keyboard.press("Enter");
  const stands = citizen.page.locator("article [role=status] h2");
  await stands.getByText("已受理").waitFor();
  expect(citizen.page.url()).not.toContain(code);

  const services = new Services(platform.address, platform.accounts);
  const choice = { merchant: await services.merchant(), reason: "市民点名要这家" };
  await services.ask("operator", `/intake/v1/requests/${id}/choice?city=${CITY}`, choice);
  const merchant = await Visitor.arrive(browser, "phone");
  await merchant.signIn(accountOf("merchant"), "/console/company/jobs");
  const job = merchant.page.locator("article", { hasText: id.slice(-6) });
  await job.getByRole("button", { name: "接单" }).click();
  await job.getByRole("button", { name: "报告完工" }).waitFor();

  // A link that a message brought, opened at a later time.
  const later = await Visitor.arrive(browser, "phone");
  await later.open(`/track#${code}`);
  await later.page.locator("article h2").getByText("已接单").waitFor();
  await later.page.locator(`article a[href$="/merchants/${choice.merchant}"]`).waitFor();
  expect(later.page.url()).not.toContain("#");

  for (const visitor of [operator, citizen, merchant, later]) {
    await visitor.leave();
    expect(visitor.troubles).toEqual([]);
  }
});
