// Who comes in, how they go, and what ends a session.
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { accountOf, launch, platform, Visitor } from "../harness/browser";

let browser: Browser;
let visitor: Visitor;
beforeAll(async () => void (browser = await launch()));
afterAll(() => browser.close());
beforeEach(async () => void (visitor = await Visitor.arrive(browser)));
afterEach(async () => {
  await visitor.leave();
  expect(visitor.troubles).toEqual([]);
});

interface Kept {
  access_token: string;
  refresh_token: string;
  id_token: string;
}

/** What the tab keeps of its session. */
async function kept(page: Page): Promise<Kept | null> {
  return page.evaluate(() => {
    const key = Object.keys(sessionStorage).find((key) => key.startsWith("oidc.user:"));
    return key ? (JSON.parse(sessionStorage.getItem(key) ?? "null") as Kept) : null;
  });
}

function refresh(token: string): Promise<Response> {
  const body = new URLSearchParams({ grant_type: "refresh_token", client_id: "console", refresh_token: token });
  return fetch(`${platform.address}/issuer/token`, { method: "POST", body });
}

describe("signing in", () => {
  test.each(platform.accounts)("$role comes in by the sign-in page", async (account) => {
    await visitor.signIn(account);
    await expect(visitor.page.locator("#content h1").innerText()).resolves.toContain(account.name);
  });

  test("leads to where one was going", async () => {
    await visitor.signIn(accountOf("credit_officer"), "/console/merchants?from=here");
    expect(visitor.page.url()).toBe(`${platform.address}/console/merchants?from=here`);
  });

  test("with a wrong password says so in both languages, and the right one is taken after it", async () => {
    const { username, password } = accountOf("operator");
    await visitor.open("/console/");
    await visitor.enter();
    await visitor.fillIn(username, "not this one");
    const said = await visitor.page.getByRole("alert").innerText();
    expect(said).toContain("用户名或密码不正确");
    expect(said).toContain("wrong");
    await visitor.fillIn(username, password);
    await visitor.page.locator("#content").waitFor();
  });

  test("is refused to a form that comes without the page's cookie", async () => {
    const { username, password } = accountOf("operator");
    await visitor.open("/console/");
    await visitor.enter();
    await visitor.context.clearCookies();
    await visitor.fillIn(username, password);
    await expect(visitor.page.getByRole("alert").innerText()).resolves.toContain("已过期");
  });
});

describe("a session", () => {
  test("ends here and at the issuer by signing out", async () => {
    await visitor.signIn(accountOf("operator"));
    const before = await kept(visitor.page);
    await visitor.page.locator("header button").last().click();
    await visitor.page.waitForURL("**/console/login**");
    expect(await kept(visitor.page)).toBeNull();
    const answer = await refresh(before?.refresh_token ?? "");
    expect([answer.status, await answer.json()]).toEqual([400, { error: "invalid_grant" }]);
  });

  test("is renewed in silence before its token ends", async () => {
    await visitor.page.clock.install();
    await visitor.signIn(accountOf("operator"));
    const before = await kept(visitor.page);
    await visitor.page.clock.fastForward("14:30");
    await expect.poll(async () => (await kept(visitor.page))?.refresh_token).not.toBe(before?.refresh_token);
    await visitor.page.locator("#content h1").waitFor();
  });

  test("that nobody touched ends, and signing in leads back to where one was", async () => {
    await visitor.page.clock.install();
    const officer = accountOf("credit_officer");
    await visitor.signIn(officer, "/console/merchants");
    await visitor.page.clock.fastForward("31:00");
    await visitor.page.waitForURL("**/console/login?**");
    await expect(visitor.page.getByRole("status").innerText()).resolves.toContain("留在本标签页");
    await visitor.enter();
    await visitor.fillIn(officer.username, officer.password);
    await visitor.page.waitForURL("**/console/merchants");
  });

  test("whose refresh token was copied ends for everybody who has it", async () => {
    await visitor.page.clock.install();
    await visitor.signIn(accountOf("operator"));
    const stolen = (await kept(visitor.page))?.refresh_token ?? "";
    expect((await refresh(stolen)).status).toBe(200);
    await visitor.page.clock.fastForward("14:30");
    await visitor.page.waitForURL("**/console/login?**");
  });

  test("whose token a service does not know any more ends, and what was open is open again after it", async () => {
    const officer = accountOf("credit_officer");
    await visitor.signIn(officer);
    await visitor.page.route("**/credit/v1/merchants*", (route) => route.fulfill({ status: 401 }), { times: 1 });
    await visitor.page.locator("nav#menu a[href='/console/merchants']").click();
    await visitor.page.waitForURL("**/console/login?**");
    // The issuer knows who it is, so one click is enough.
    await visitor.page.locator("main .el-button").click();
    await visitor.page.waitForURL("**/console/merchants");
  });

  test("survives a reload", async () => {
    await visitor.signIn(accountOf("operator"));
    await visitor.page.reload();
    await visitor.page.locator("#content h1").waitFor();
  });
});

describe("a login", () => {
  test("is the browser's: a second tab opens a page without a password", async () => {
    const officer = accountOf("credit_officer");
    await visitor.signIn(officer);
    const second = await visitor.tab("/console/merchants?from=second");
    await second.waitForURL("**/console/merchants?from=second");
    await second.locator("header .who", { hasText: officer.name }).waitFor();
  });

  test("that was left in one tab shows the door in the other, and neither comes in again by itself", async () => {
    await visitor.signIn(accountOf("operator"));
    const second = await visitor.tab("/console/requests");
    await second.locator("#content h1").first().waitFor();
    await visitor.page.locator("header button").last().click();
    await second.waitForURL("**/console/login?**why=left");
    await expect(second.getByRole("status").innerText()).resolves.toContain("另一个标签页");
    expect(await kept(second)).toBeNull();
    const third = await visitor.tab("/console/requests");
    await third.waitForURL("**/console/login?**");
    await third.locator("main .el-button").click();
    await third.locator("#password").waitFor();
  });
});
