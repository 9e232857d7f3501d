// A front end of another origin scanned a code: it opens the page at the door in a window of its own, which shows it.
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { launch, platform, Visitor } from "../harness/browser";
import { CITY } from "../harness/services";

const FRONT = "http://front.localhost";
let browser: Browser;
beforeAll(async () => void (browser = await launch()));
afterAll(() => browser.close());

const now = Date.now();
const result = {
  scan: "01980000-0000-7000-8000-000000000001",
  scanned_at: new Date(now).toISOString(),
  confirm_by: new Date(now + 600_000).toISOString(),
  proof: "phone",
  identifies_only: false,
  masked_name: "宋*",
  number: "330200-0010699",
  merchant: "慈溪市兴伴居家养老服务有限公司",
  grade: "AAA",
  under_objection: false,
  merchant_status: "affiliated",
  colour: "green",
};

/** The front end's page, which keeps what it is told; a deployment names its origin, or does not. */
async function front(visitor: Visitor, channels: readonly string[]): Promise<Page> {
  const { context } = visitor;
  await context.route(`${FRONT}/**`, (route) =>
    route.fulfill({ contentType: "text/html", body: "<title>front</title>" }),
  );
  const settings = { city: CITY, zone: "Asia/Shanghai", channels };
  await context.route("**/settings.json", (route) => route.fulfill({ json: settings }));
  const page = await context.newPage();
  await page.goto(`${FRONT}/`);
  return page;
}

/** Opens the page at the door, hands over the scan once that page is there, or unasked, and lets the worker in once it asks. */
function handsOver(page: Page): Promise<void> {
  return page.evaluate(
    ([address, result]) => {
      const door = window.open(`${address}/door`);
      const handOver = () => door?.postMessage({ type: "81890.door.scan", result }, address);
      window.addEventListener("unasked", handOver);
      window.addEventListener("message", ({ origin, data }: MessageEvent<{ type: string; scan?: string }>) => {
        if (origin !== address) return;
        if (data.type === "81890.door.ready") handOver();
        if (data.type === "81890.door.confirm" && data.scan === result.scan) {
          const entry = { confirmed_at: result.scanned_at };
          door?.postMessage({ type: "81890.door.entry", entry }, address);
        }
      });
    },
    [platform.address, result] as const,
  );
}

test("what a named front end scanned is shown at the door, and its worker let in", async () => {
  const visitor = await Visitor.arrive(browser, "phone");
  const page = await front(visitor, [FRONT]);
  const [door] = await Promise.all([visitor.context.waitForEvent("page"), handsOver(page)]);
  await door.getByText("宋*").waitFor();
  await door.getByRole("button", { name: "确认入户" }).click();
  await door.getByText("已确认入户").waitFor();
  await visitor.leave();
  // Nothing else was asked, and no page complained.
  expect(visitor.troubles).toEqual([`asks ${FRONT}`]);
});

test("nobody else's scan is shown there", async () => {
  const visitor = await Visitor.arrive(browser, "phone");
  const page = await front(visitor, []);
  const [door] = await Promise.all([visitor.context.waitForEvent("page"), handsOver(page)]);
  await door.getByRole("button", { name: "开始扫码" }).waitFor();
  await door.evaluate(() => window.addEventListener("message", () => document.body.setAttribute("data-heard", "")));
  await page.evaluate(() => window.dispatchEvent(new Event("unasked")));
  await door.locator("body[data-heard]").waitFor();
  expect(await door.getByText("宋*").count()).toBe(0);
  await visitor.leave();
});
