// Every page there is: who finds it in the menu, and that it can be read by everybody.
import axe from "axe-core";
import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";

import { GROUPS, pages } from "../../console/src/shell/page";
import { accountOf, launch, platform, SIZES, Visitor, type Size } from "../harness/browser";
import { allPlaces, rolesOf, visit, withoutExample } from "../harness/places";

const places = await allPlaces();
let browser: Browser;
let visitor: Visitor | undefined;
beforeAll(async () => void (browser = await launch()));
afterAll(() => browser.close());
afterEach(async () => {
  await visitor?.leave();
  expect(visitor?.troubles ?? []).toEqual([]);
  visitor = undefined;
});

/** What is serious, as sentences; nothing is what we want. */
async function serious(visitor: Visitor): Promise<string[]> {
  // Playwright's own world: a page may not run a script that is no file, and this is none of the page's.
  await visitor.page.evaluate(axe.source);
  const found = await visitor.page.evaluate(() => (window as unknown as { axe: typeof axe }).axe.run());
  return found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

test("every page with a parameter has its example in harness/places.ts", () => {
  expect(withoutExample).toEqual([]);
});

describe("the menu", () => {
  test.each(platform.accounts)("of a $role has what the matrix says, and nothing else", async (account) => {
    visitor = await Visitor.arrive(browser);
    await visitor.signIn(account);
    const shown = await visitor.page.locator("nav#menu a").allInnerTexts();
    const order = Object.keys(GROUPS);
    const expected = pages
      .flatMap((page) => (page.menu && rolesOf(page).includes(account.role) ? [{ ...page.menu, page }] : []))
      .sort((one, other) => order.indexOf(one.group) - order.indexOf(other.group) || one.order - other.order)
      .map(({ page }) => page.title.zh);
    expect(shown.map((text) => text.trim())).toEqual(expected);
  });

  test("hides nothing that is then open: the page of another role says that it is not for this one", async () => {
    const closed = pages.flatMap((page) => {
      const role = platform.accounts.find(({ role }) => !rolesOf(page).includes(role))?.role;
      return role && !page.path.includes(":") ? [{ page, role }] : [];
    });
    expect(closed.length).toBeGreaterThan(0);
    const [{ page, role }] = closed as [(typeof closed)[number]];
    visitor = await Visitor.arrive(browser);
    await visitor.signIn(accountOf(role), `/console${page.path}`);
    await expect(visitor.page.locator("#content").innerText()).resolves.toContain("权限");
  });
});

describe("axe finds nothing serious", () => {
  test.each(["wide", "phone"] as Size[])("on the two doors, %s", async (size) => {
    visitor = await Visitor.arrive(browser, size);
    await visitor.open("/console/");
    await visitor.page.locator("h1").waitFor();
    expect(await serious(visitor)).toEqual([]);
    await visitor.enter();
    expect(await serious(visitor)).toEqual([]);
  });

  describe.each(places)("on $pattern", (place) => {
    // The sample city has nothing to show where there is no path.
    test.skipIf(!place.path).each(["wide", "phone"] as Size[])("%s", async (size) => {
      visitor = await Visitor.arrive(browser, size);
      await visit(visitor, place);
      expect(await serious(visitor)).toEqual([]);
      const overflows = await visitor.page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
      expect(overflows, "it scrolls sideways").toBe(false);
      if (size === "phone") return;
      // As the switch does it, without signing in and coming here anew.
      await visitor.page.evaluate(() => document.documentElement.classList.add("dark"));
      expect(await serious(visitor), "in the dark").toEqual([]);
    });

    test.skipIf(!place.path || place.pattern.startsWith("/console"))("on a phone in large type", async () => {
      visitor = await Visitor.arrive(browser, "phone");
      await visitor.context.addInitScript(() => localStorage.setItem("81890.large", "yes"));
      await visit(visitor, place);
      expect(await visitor.page.locator("html.large").count(), "it is not large").toBe(1);
      const width = await visitor.page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, "it scrolls sideways").toBeLessThanOrEqual(SIZES.phone.width);
    });
  });
});
