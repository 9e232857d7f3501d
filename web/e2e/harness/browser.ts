// A real browser: Debian's Chromium, told where it is by CHROMIUM.
import { join } from "node:path";

import { chromium, type Browser, type BrowserContext, type Page } from "playwright-core";
import { inject } from "vitest";

import { type Account, RUN } from "./running";

/** What a person waits for is there within this, on a machine that has much else to do. */
const ACTS_WITHIN_MS = 40_000;

/** The two sizes at which everything is usable. */
export const SIZES = { wide: { width: 1_440, height: 900 }, phone: { width: 360, height: 780 } } as const;
export type Size = keyof typeof SIZES;
export const LANGUAGES = ["zh", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** What every camera sees: frames in JPEG, one after the other, read anew each time that one is opened. */
export const CAMERA = join(RUN, "camera.mjpeg");

export const platform = inject("platform");

export function launch(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // As root, as in a container, Chromium has no sandbox of its own; it sees nothing but our pages.
    args: [
      "--disable-gpu",
      // Whoever is asked for the camera says yes.
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      `--use-file-for-fake-video-capture=${CAMERA}`,
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    ],
  });
}

/** The account of this name, or the first one that the platform made for this role. */
export function accountOf(who: string): Account {
  const account =
    platform.accounts.find(({ username }) => username === who) ?? platform.accounts.find(({ role }) => role === who);
  if (!account) throw new Error(`the platform has no account of a ${who}`);
  return account;
}

/** Somebody in front of a browser window of their own. */
export class Visitor {
  /** What no page of ours may do: errors, broken policies, requests to others. */
  readonly troubles: string[] = [];
  private account: Account | null = null;

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly address: string,
  ) {}

  static async arrive(
    browser: Browser,
    size: Size = "wide",
    language: Language = "zh",
    address = platform.address,
  ): Promise<Visitor> {
    const context = await browser.newContext({
      viewport: SIZES[size],
      locale: language === "zh" ? "zh-CN" : "en-GB",
      timezoneId: "Asia/Shanghai",
      reducedMotion: "reduce",
    });
    await context.addInitScript((language) => localStorage.setItem("81890.language", language), language);
    context.setDefaultTimeout(ACTS_WITHIN_MS);
    const visitor = new Visitor(context, await context.newPage(), address);
    visitor.watchRequests();
    visitor.watch(visitor.page);
    return visitor;
  }

  /** Another tab of the same browser, watched as the first is. */
  async tab(path: string): Promise<Page> {
    const page = await this.context.newPage();
    this.watch(page);
    await page.goto(this.address + path);
    return page;
  }

  async open(path: string): Promise<void> {
    await this.page.goto(this.address + path);
  }

  /** From now on the device likes it dark; pages look when they are opened. */
  async dims(): Promise<void> {
    await this.page.emulateMedia({ colorScheme: "dark" });
  }

  /** A page of the console; signs in first where nobody has. */
  async openAs(account: Account, path: string): Promise<void> {
    if (this.account?.username !== account.username) return this.signIn(account, path);
    await this.open(path);
    await this.page.locator("#content h1").first().waitFor();
  }

  /** From wherever the console asks to sign in, through the issuer's page, back into the console. */
  async signIn(account: Account, path = "/console/"): Promise<void> {
    if (this.account && this.account.username !== account.username) await this.forget();
    await this.open(path);
    await this.enter();
    await this.fillIn(account.username, account.password);
    // A page that follows something live need not be done loading.
    await this.page.waitForURL(({ pathname }) => pathname.startsWith("/console/") && !pathname.includes("/login"), {
      waitUntil: "commit",
    });
    await this.page.locator("#content h1").first().waitFor();
    this.account = account;
  }

  /** Another account in the same window: the browser's login is one, and knows nobody then. */
  private async forget(): Promise<void> {
    await this.context.clearCookies();
    await this.page.evaluate(() => sessionStorage.clear());
    this.account = null;
  }

  /** From the console's door to the issuer's page. */
  async enter(): Promise<void> {
    await this.page.locator("main .el-button").click();
    await this.page.locator("#username").waitFor();
  }

  async fillIn(username: string, password: string): Promise<void> {
    await this.page.locator("#username").fill(username);
    await this.page.locator("#password").fill(password);
    await this.page.locator("form button").click();
  }

  /** Until nothing is on its way that the page asked for and never had. One answer may lead to the next question. */
  async settled(): Promise<void> {
    const busy = this.page.locator("[aria-busy=true]");
    do {
      await busy.first().waitFor({ state: "detached" });
      await this.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn))));
    } while (await busy.count());
  }

  /** When the page could be used, in milliseconds from the asking for it: what makes it whole is there, nothing is on its
   *  way that it never had, and it answers. */
  usable(whole: string): Promise<number> {
    return this.page.evaluate(async (whole) => {
      const isThere = () => document.querySelector(whole) && !document.querySelector("[aria-busy=true]");
      const answers = () => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn)));
      for (;;) {
        await answers();
        const at = performance.now();
        if (!isThere()) continue;
        // One answer may lead to the next question.
        await answers();
        if (isThere()) return at;
      }
    }, whole);
  }

  leave(): Promise<void> {
    return this.context.close();
  }

  private watch(page: Page): void {
    // What the server refuses is said there as an error too, and is what some stories are about.
    const expected = /Failed to load resource/;
    page.on("console", (message) => {
      if (message.type() === "error" && !expected.test(message.text())) this.troubles.push(message.text());
    });
    page.on("pageerror", (error) => this.troubles.push(error.message));
  }

  private watchRequests(): void {
    this.context.on("request", (request) => {
      const url = new URL(request.url());
      if (["http:", "https:"].includes(url.protocol) && url.origin !== this.address)
        this.troubles.push(`asks ${url.origin}`);
    });
  }
}
