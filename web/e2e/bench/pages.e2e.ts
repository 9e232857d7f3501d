// How soon each page can be used, and what it loads beyond what all pages load. `cargo xtask bench pages` runs this
// and reads the figures from the file that FIGURES names.
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";

import { launch, platform, Visitor } from "../harness/browser";
import { allPlaces, visit } from "../harness/places";

const RUNS = 5;
const WEB = fileURLToPath(new URL("../../", import.meta.url));
/** Where the built files are that have an address of this kind. */
const SITES = [
  {
    assets: "/console/assets/",
    dist: join(WEB, "console/dist/assets/"),
    document: join(WEB, "console/dist/index.html"),
  },
  { assets: "/assets/", dist: join(WEB, "public/dist/assets/"), document: join(WEB, "public/dist/index.html") },
];

const places = (await allPlaces()).filter((place) => place.path !== null);
const figures: { path: string; interactive_ms: number; page_kib: number }[] = [];
let browser: Browser;
let shared: Set<string>;

beforeAll(async () => {
  browser = await launch();
  const documents = await Promise.all(SITES.map(({ document }) => readFile(document, "utf8")));
  shared = new Set([...documents.join("").matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = ""]) => path));
});
afterAll(async () => {
  await browser.close();
  if (process.env.FIGURES) await writeFile(process.env.FIGURES, JSON.stringify(figures));
});

test.each(places)("$pattern", { timeout: 120_000 }, async (place) => {
  const { pattern, path, whole } = place;
  const visitor = await Visitor.arrive(browser);
  await visit(visitor, place);
  // As on the first visit: nothing is in the browser's cache.
  const devtools = await visitor.context.newCDPSession(visitor.page);
  await devtools.send("Network.setCacheDisabled", { cacheDisabled: true });
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    await visitor.page.goto(platform.address + path, { waitUntil: "commit" });
    times.push(await visitor.usable(whole));
  }
  await visitor.settled();
  const loaded = await visitor.page.evaluate(() => performance.getEntriesByType("resource").map((entry) => entry.name));
  const own = [...new Set(loaded.map((url) => new URL(url).pathname))].filter((path) => !shared.has(path));
  const bytes = await Promise.all(own.map(squeezed));
  figures.push({
    path: pattern,
    interactive_ms: median(times),
    page_kib: bytes.reduce((sum, size) => sum + size, 0) / 1_024,
  });
  await visitor.leave();
});

/** As gzip; what is too small to be worth it is sent as it is, and what is no file of ours does not count. */
async function squeezed(path: string): Promise<number> {
  const site = SITES.find(({ assets }) => path.startsWith(assets));
  if (!site) return 0;
  const file = join(site.dist, path.slice(site.assets.length));
  const found = await stat(`${file}.gz`).catch(() => stat(file));
  return found.size;
}

function median(values: number[]): number {
  return values.sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}
