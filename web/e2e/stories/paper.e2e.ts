// What is made for paper: how many sheets it takes, and that it is light whatever the screen is.
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { LANGUAGES, launch, platform, Visitor } from "../harness/browser";

const BOARD = `/merchants/${platform.job.merchant}/price-board`;
let browser: Browser;
let visitor: Visitor | undefined;
beforeAll(async () => void (browser = await launch()));
afterAll(() => browser.close());
afterEach(async () => {
  await visitor?.leave();
  expect(visitor?.troubles ?? []).toEqual([]);
  visitor = undefined;
});

/** In a PDF each sheet is an object of its own. */
function sheets(pdf: Buffer): number {
  return pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}

async function printed(): Promise<Buffer> {
  return visitor?.page.pdf({ preferCSSPageSize: true }) ?? Buffer.alloc(0);
}

describe.each(LANGUAGES)("the price board of a usual merchant, %s", (language) => {
  test("is one sheet of A4, also for who reads large type", async () => {
    visitor = await Visitor.arrive(browser, "wide", language);
    await visitor.open(BOARD);
    await visitor.page.locator(".sheet table").first().waitFor();
    expect(sheets(await printed())).toBe(1);
    await visitor.page.getByRole("button", { name: language === "zh" ? "大字" : "Large" }).click();
    expect(sheets(await printed())).toBe(1);
  });
});

test("a long price board takes the sheets that it needs, with the head of a table, which browsers repeat on each", async () => {
  visitor = await Visitor.arrive(browser);
  await visitor.open(BOARD);
  const lines = visitor.page.locator(".sheet tbody");
  await lines.first().waitFor();
  // More than any merchant of the sample city offers.
  await lines.first().evaluate((body) => {
    const [first] = body.children;
    for (let line = 0; first && line < 150; line += 1) body.append(first.cloneNode(true));
  });
  const taken = sheets(await printed());
  expect(taken).toBeGreaterThan(1);
  expect(taken).toBeLessThan(6);
  await visitor.page.emulateMedia({ media: "print" });
  const display = await visitor.page.locator(".sheet header").evaluate((head) => getComputedStyle(head).display);
  expect(display).toBe("table-header-group");
});

test("paper is light where the screen is dark", async () => {
  visitor = await Visitor.arrive(browser);
  await visitor.dims();
  await visitor.open(BOARD);
  await visitor.page.locator(".sheet table").first().waitFor();
  const colours = () =>
    visitor?.page.locator(".sheet").evaluate((sheet) => {
      const { color, backgroundColor } = getComputedStyle(sheet);
      return { color, backgroundColor };
    });
  const dark = await colours();
  await visitor.page.emulateMedia({ media: "print" });
  expect(await colours()).toEqual({ color: "rgb(26, 31, 39)", backgroundColor: "rgb(255, 255, 255)" });
  expect(dark).not.toEqual(await colours());
});
