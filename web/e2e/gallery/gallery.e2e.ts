// Pictures of every page, at both sizes and in both languages, into docs/gallery. `cargo xtask gallery` runs this.
import { mkdir, readdir, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { accountOf, LANGUAGES, launch, platform, SIZES, Visitor, type Language, type Size } from "../harness/browser";
import { allPlaces, visit } from "../harness/places";
import { withPalette } from "./palette";
import { scenesOn } from "./scenes";

const FOLDER = fileURLToPath(new URL("../../../docs/gallery/", import.meta.url));
/** All pictures together, in bytes: they are kept with the sources. */
const ALL_MAX = 16 * 1_024 * 1_024;
/** A long list is shown so far, in pixels. */
const HEIGHT_MAX = 1_300;

const sizes = Object.keys(SIZES) as Size[];
const looks = sizes.flatMap((size) => LANGUAGES.map((language) => ({ size, language })));
const places = (await allPlaces()).filter((place) => place.path !== null);
const scenes = scenesOn(places, platform.made);
let browser: Browser;

beforeAll(async () => {
  browser = await launch();
  await mkdir(FOLDER, { recursive: true });
});

afterAll(async () => {
  await browser.close();
  await writeFile(join(FOLDER, "README.md"), index());
  const shown = [
    ...looks.flatMap(({ size, language }) => named().map(({ name }) => file(name, size, language))),
    ...sizes.flatMap((size) => scenes.map(({ name }) => file(name, size, "zh"))),
  ];
  const pictures = (await readdir(FOLDER)).filter((file) => file.endsWith(".png"));
  // Of pages that are no more.
  const old = pictures.filter((file) => !shown.includes(file));
  await Promise.all(old.map((file) => rm(join(FOLDER, file))));
  const bytes = await Promise.all(shown.map(async (file) => (await stat(join(FOLDER, file))).size));
  expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(ALL_MAX);
});

async function picture(visitor: Visitor, name: string, size: Size, language: Language): Promise<void> {
  const { width, height } = SIZES[size];
  const whole = await visitor.page.evaluate(() => document.documentElement.scrollHeight);
  // What stands at the foot of a window stands at the foot of the picture.
  await visitor.page.setViewportSize({ width, height: Math.min(Math.max(whole, height), HEIGHT_MAX) });
  const shot = await visitor.page.screenshot({ animations: "disabled" });
  await writeFile(join(FOLDER, file(name, size, language)), withPalette(shot));
  await visitor.page.setViewportSize({ width, height });
}

function file(name: string, size: Size, language: Language): string {
  return `${name}.${size}.${language}.png`;
}

describe.each(looks)("$size, $language", ({ size, language }) => {
  /** Whoever has signed in once stays: by role, with nobody for the public pages. */
  const visitors = new Map<string | null, Visitor>();
  afterAll(async () => void (await Promise.all([...visitors.values()].map((visitor) => visitor.leave()))));

  test("the doors", async () => {
    const visitor = await Visitor.arrive(browser, size, language);
    await visitor.open("/console/");
    await visitor.page.locator("h1").waitFor();
    await visitor.settled();
    await picture(visitor, "door", size, language);
    await visitor.enter();
    await picture(visitor, "sign-in", size, language);
    await visitor.leave();
  });

  test.each(places)("$pattern", async (place) => {
    const visitor = visitors.get(place.role) ?? (await Visitor.arrive(browser, size, language));
    visitors.set(place.role, visitor);
    await visit(visitor, place);
    await visitor.settled();
    await picture(visitor, place.name, size, language);
  });
});

describe.each(sizes)("%s, opened", (size) => {
  test.each(scenes)("$name", async ({ name, place, as, query, dark, before, then, whole }) => {
    const visitor = await Visitor.arrive(browser, size);
    const role = as === undefined ? place.role : as;
    if (dark) await visitor.dims();
    if (role) await visitor.signIn(accountOf(role));
    await before?.(visitor.page);
    if (!query && !before && !as) await visit(visitor, place);
    else await visitor.open(place.path + (query ?? ""));
    await visitor.page
      .locator(whole ?? "h1")
      .first()
      .waitFor();
    await then?.(visitor.page);
    // What waits for ever is looked at while it waits.
    if (!before) await visitor.settled();
    await picture(visitor, name, size, "zh");
    await visitor.leave();
  });
});

/** What there is a picture of, with its heading. */
function named(): { name: string; heading: string }[] {
  const doors = ["door", "sign-in"].map((name) => ({
    name,
    heading: name === "door" ? "登录 / The door" : "登录页 / Sign-in",
  }));
  const rows = places.map(({ name, title, role }) => ({
    name,
    heading: `${title.zh} / ${title.en} (${role ?? "public"})`,
  }));
  return [...doors, ...rows];
}

/** The pictures by page, Chinese first. */
function index(): string {
  const sections = named().map(({ name, heading }) =>
    [
      `## ${heading}`,
      "",
      ...LANGUAGES.map((language) =>
        Object.keys(SIZES)
          .map((size) => `![${heading}, ${size}, ${language}](${file(name, size as Size, language)})`)
          .join(" "),
      ),
      "",
    ].join("\n"),
  );
  const opened = scenes.map(({ name, title }) => {
    const heading = `${title.zh} / ${title.en}`;
    const pictures = sizes.map((size) => `![${heading}, ${size}](${file(name, size, "zh")})`).join(" ");
    return [`## ${name.startsWith("dark") ? `${heading}, 深色 / dark` : heading}`, "", pictures, ""].join("\n");
  });
  return [
    "# Every page, as it looks",
    "",
    "Made by `cargo xtask gallery` on the sample city: 1,440 and 360 pixels wide, in Chinese and in English;",
    "then tabs, dialogs, states and the dark, in Chinese.",
    "",
    ...sections,
    ...opened,
  ].join("\n");
}
