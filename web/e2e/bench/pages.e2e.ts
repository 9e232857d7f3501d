// How soon each page can be used, and what it loads beyond what all pages load. `cargo xtask bench pages` runs this
// and reads the figures from the file that FIGURES names.
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { Browser } from "playwright-core";
import { afterAll, beforeAll, test } from "vitest";

import { accountOf, launch, platform, Visitor } from "../harness/browser";
import { consolePlaces } from "../harness/places";

const RUNS = 5;
const ASSETS = "/console/assets/";
const DIST = fileURLToPath(new URL("../../console/dist/", import.meta.url));

const places = (await consolePlaces()).filter((place) => place.path !== null);
const figures: { path: string; interactive_ms: number; page_kib: number }[] = [];
let browser: Browser;
let shared: Set<string>;

beforeAll(async () => {
  browser = await launch();
  const document = await readFile(join(DIST, "index.html"), "utf8");
  shared = new Set([...document.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path = ""]) => path));
});
afterAll(async () => {
  await browser.close();
  if (process.env.FIGURES) await writeFile(process.env.FIGURES, JSON.stringify(figures));
});

test.each(places)("$pattern", { timeout: 120_000 }, async ({ role, pattern, path, whole }) => {
  const visitor = await Visitor.arrive(browser);
  await visitor.signIn(accountOf(role));
  // As on the first visit: nothing is in the browser's cache.
  const devtools = await visitor.context.newCDPSession(visitor.page);
  await devtools.send("Network.setCacheDisabled", { cacheDisabled: true });
  const times: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    await visitor.page.goto(platform.address + path, { waitUntil: "commit" });
    await visitor.page.locator(whole).first().waitFor();
    times.push(await visitor.page.evaluate(() => performance.now()));
  }
  await visitor.page.waitForLoadState("networkidle");
  const loaded = await visitor.page.evaluate(() => performance.getEntriesByType("resource").map((entry) => entry.name));
  const own = loaded.map((url) => new URL(url).pathname).filter((path) => path.startsWith(ASSETS) && !shared.has(path));
  const bytes = await Promise.all([...new Set(own)].map(squeezed));
  figures.push({
    path: pattern,
    interactive_ms: median(times),
    page_kib: bytes.reduce((sum, size) => sum + size, 0) / 1_024,
  });
  await visitor.leave();
});

/** As gzip; what is too small to be worth it is sent as it is. */
async function squeezed(path: string): Promise<number> {
  const file = join(DIST, path.slice("/console/".length));
  const found = await stat(`${file}.gz`).catch(() => stat(file));
  return found.size;
}

function median(values: number[]): number {
  return values.sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}
