// A story that people tell by clicking and typing: in a city of its own, through as many days as it takes.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Browser, Locator, Page } from "playwright-core";
import encodeQR from "qr";
import { afterAll, afterEach, beforeAll, expect } from "vitest";

import { CAMERA, launch, type Size, Visitor } from "./browser";
import { Services } from "./services";
import { type Account, RUN, Running } from "./running";

const STARTS_WITHIN_MS = 240_000;
/** Nobody presses Tab more often to get to a button. */
const TABS_MAX = 40;

/** A working day, with as many others before and after it as a story takes. */
const SOME_DAY = "2026-11-03";

/** For what is held against the clock of a device: a list of revocations is too old after a while. */
export const TODAY = new Date().toISOString().slice(0, 10);

/** A city with nobody in front of a window yet, from a day on; its chapters are the tests of the file. */
export function story(name: string, firstDay = SOME_DAY): Story {
  const told = new Story();
  beforeAll(async () => {
    await told.begin(name, firstDay);
  }, STARTS_WITHIN_MS);
  afterEach(async ({ task }) => {
    if (task.result?.state === "fail") await told.keepsPictures(name);
    await told.everybodyLeaves();
  });
  afterAll(() => told.end());
  return told;
}

class Story {
  private readonly here: Visitor[] = [];
  private browser: Browser | undefined;
  private city: Running | undefined;

  async begin(name: string, firstDay: string): Promise<void> {
    this.browser = await launch();
    this.city = await Running.begin(`story-${name}`, firstDay);
  }

  async end(): Promise<void> {
    await this.browser?.close();
    await this.city?.end();
  }

  /** The services, to look at what no page of the story shows; nobody in a story does anything by them. */
  get services(): Services {
    return new Services(this.running.address, this.running.accounts);
  }

  /** Where the broker listens, for who sends what no service would. */
  get broker(): number {
    return this.running.broker;
  }

  /** A day as people type it: today, or so many days from then on. */
  day(from = 0): string {
    return this.running.day(from);
  }

  /** Somebody signs in at a window of their own, and goes where they wanted to be: by the menu, or by an address. */
  async signsIn(username: string, where: string, size?: Size): Promise<Person> {
    const account = this.account(username);
    const visitor = await this.arrives(size);
    const isAddress = where.startsWith("/");
    await visitor.signIn(account, `/console${isAddress ? where : "/"}`);
    if (!isAddress) await visitor.page.locator("nav#menu").getByRole("link", { name: where, exact: true }).click();
    return new Person(visitor);
  }

  /** What colleagues call somebody who signs in by this name. */
  nameOf(username: string): string {
    return this.account(username).name;
  }

  /** Somebody from the street, on a page that asks for no account; what is `lost` never comes to them. */
  async passesBy(path: string, size?: Size, lost: string[] = []): Promise<Person> {
    const visitor = await this.arrives(size);
    for (const pattern of lost) await visitor.context.route(pattern, (route) => route.abort());
    await visitor.open(path);
    return new Person(visitor);
  }

  /** A picture of a code as it is printed. */
  async prints(code: string): Promise<Buffer> {
    const { page } = await this.arrives();
    await page.setContent(encodeQR(code, "svg", { scale: 6 }));
    return page.locator("svg").screenshot();
  }

  /** Something is held before the cameras, or nothing: a picture wider than high, as most cameras take them. */
  async holdsUp(code?: Buffer): Promise<void> {
    const { page } = await this.arrives();
    const shown = code ? `<img src="data:image/png;base64,${code.toString("base64")}" />` : "";
    await page.setContent(`<body style="display: grid; place-content: center; background: #999">${shown}</body>`);
    await writeFile(CAMERA, await page.screenshot({ type: "jpeg" }));
  }

  /** Everybody goes home, and the next one to come finds the morning so many days later. */
  async sleeps(days: number, meanwhile?: (data: string) => Promise<void>): Promise<void> {
    await this.everybodyLeaves();
    await this.running.sleep(days, meanwhile);
  }

  /** What everybody had in front of them when it went wrong: `.run/story-<name>-<window>.png`. */
  async keepsPictures(name: string): Promise<void> {
    for (const [window, { page }] of this.here.entries())
      await page.screenshot({ path: join(RUN, `story-${name}-${window}.png`) });
  }

  async everybodyLeaves(): Promise<void> {
    for (const visitor of this.here.splice(0)) {
      await visitor.leave();
      expect(visitor.troubles).toEqual([]);
    }
  }

  private async arrives(size?: Size): Promise<Visitor> {
    if (!this.browser) throw new Error("the story has not begun");
    const visitor = await Visitor.arrive(this.browser, size, "zh", this.running.address);
    this.here.push(visitor);
    return visitor;
  }

  private account(username: string): Account {
    const account = this.running.accounts.find((account) => account.username === username);
    if (!account) throw new Error(`the platform has no account ${username}`);
    return account;
  }

  private get running(): Running {
    if (!this.city) throw new Error("the story has not begun");
    return this.city;
  }
}

/** What somebody does and sees, by the words on the page. */
export class Person {
  readonly page: Page;

  constructor(visitor: Visitor) {
    this.page = visitor.page;
  }

  /** Something that can be clicked and is called like this. */
  async clicks(name: string | RegExp): Promise<void> {
    await this.page.getByRole("button", { name, exact: true }).filter({ visible: true }).last().click();
  }

  async follows(name: string | RegExp): Promise<void> {
    await this.page.getByRole("link", { name, exact: true }).filter({ visible: true }).first().click();
  }

  async types(field: string | RegExp, text: string): Promise<void> {
    await this.page.getByLabel(field).filter({ visible: true }).last().fill(text);
  }

  /** One of a row of round buttons, or a box. */
  async ticks(choice: string | RegExp): Promise<void> {
    const words = typeof choice === "string" ? new RegExp(`^\\s*${choice}\\s*$`) : choice;
    await this.page.locator("label").filter({ hasText: words, visible: true }).last().click();
  }

  /** One of a list that unfolds. */
  async picks(field: string | RegExp, choice: string | RegExp): Promise<void> {
    // The field of a list that can be searched has no width of its own before it is in use.
    await this.page.getByRole("combobox", { name: field }).last().click({ force: true });
    if (typeof choice === "string") await this.page.keyboard.type(choice);
    await this.page.locator(".el-select-dropdown__item:visible").filter({ hasText: choice }).first().click();
  }

  /** The one at a place of a list that unfolds; the first has 0. */
  async picksNth(field: string, place: number): Promise<void> {
    await this.page.getByRole("combobox", { name: field }).last().click({ force: true });
    await this.page.locator(".el-select-dropdown__item:visible").nth(place).click();
  }

  /** One of a list of the browser's own, by its words or by what it stands for. */
  async selects(field: string, choice: string): Promise<void> {
    await this.page.getByLabel(field, { exact: true }).selectOption(choice);
  }

  /** A merchant by its name, which the field searches for. */
  async picksMerchant(name: string): Promise<void> {
    await this.picks("企业", name);
  }

  /** A day, or a day and a time, into the field of a calendar. */
  async dates(field: string, text: string): Promise<void> {
    const calendar = this.page.getByLabel(field, { exact: true }).last();
    await calendar.fill(text);
    await calendar.press("Enter");
  }

  /** Opens the dialog of a button, fills it in, and confirms it. */
  async does(what: string, fillIn: () => Promise<void> = async () => undefined): Promise<void> {
    await this.clicks(what);
    await fillIn();
    await this.confirms();
  }

  /** Takes a file away, and says what is in it. */
  async downloads(name: string): Promise<string> {
    const [file] = await Promise.all([this.page.waitForEvent("download"), this.clicks(name)]);
    return readFile(await file.path(), "utf8");
  }

  async uploads(field: string, name: string, text: string): Promise<void> {
    const file = { name, mimeType: "text/csv", buffer: Buffer.from(text) };
    await this.page.getByLabel(field, { exact: true }).setInputFiles(file);
  }

  /** Confirms the dialog in front; it goes away when that is done. */
  async confirms(): Promise<void> {
    const dialog = this.page.getByRole("dialog").filter({ visible: true }).last();
    // This very one: another may stand behind it.
    const button = await dialog.locator("button[type=submit]").elementHandle();
    await button?.click();
    await button?.waitForElementState("hidden");
  }

  /** Whatever is said on the page itself, not in a word that goes away again. */
  async sees(text: string | RegExp): Promise<void> {
    await this.page
      .locator("main, dialog, [role=dialog], .el-message")
      .getByText(text)
      .filter({ visible: true })
      .first()
      .waitFor();
  }

  /** Something that can be clicked without scrolling for it. */
  async hasAtHand(name: string): Promise<void> {
    const button = this.page.getByRole("button", { name, exact: true }).filter({ visible: true }).last();
    await button.waitFor();
    const { top, bottom } = await button.evaluate((element) => element.getBoundingClientRect());
    const height = await this.page.evaluate(() => window.innerHeight);
    expect({ isAtHand: top >= 0 && bottom <= height, top, bottom, height }, name).toMatchObject({ isAtHand: true });
  }

  /** A group of choices under its question. */
  within(group: string): Locator {
    return this.page.getByRole("group", { name: group });
  }

  async waitsForFocus(field: string): Promise<void> {
    await this.page.locator(":focus").and(this.page.getByLabel(field)).waitFor();
  }

  /** Goes on by Tab alone until the one that is called like this has the focus. */
  async tabsTo(name: string): Promise<void> {
    const wanted = this.page.locator("*:focus", { hasText: new RegExp(`^\\s*${name}\\s*$`) });
    for (let steps = 0; steps < TABS_MAX; steps++) {
      await this.page.keyboard.press("Tab");
      if ((await wanted.count()) > 0) return;
    }
    throw new Error(`${name} is not reached by ${TABS_MAX} steps of Tab`);
  }

  /** The first of a list, by keyboard. */
  async opensFirst(): Promise<void> {
    await this.page.locator("#content tr[tabindex='0'], #content [data-row]").first().press("Enter");
  }

  async presses(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }
}
