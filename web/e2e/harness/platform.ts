// The platform as `cargo xtask up` starts it, on fresh data and free ports, for as long as the stories last.
// ALLINONE and NATS_SERVER name the programs; `cargo xtask` sets both.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import type { TestProject } from "vitest/node";

import { firstDay, type Job, type Made, secondDay } from "./history";
import { Services } from "./services";

export interface Account {
  username: string;
  password: string;
  role: string;
}

export interface Platform {
  /** Such as http://127.0.0.1:20000, without a slash at its end. */
  address: string;
  accounts: Account[];
  /** A job that was done, and of which a breach is suspected. */
  job: Job;
  made: Made;
}

declare module "vitest" {
  export interface ProvidedContext {
    platform: Platform;
  }
}

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const DATA = join(ROOT, ".run/e2e");
const LOG = join(ROOT, ".run/e2e.log");
/** How many ports one takes, the public one first. */
const PORTS = 25;
const MERCHANTS = "300";
const JOB_DONE = morning(3);
const CALLED_BACK = morning(1);
const SERVES_WITHIN_MS = 180_000;
const STOPS_WITHIN_MS = 60_000;
/** Said last, when it serves. */
const SERVES = "Ctrl-C stops everything";
const ACCOUNT = /^ {2}(\S+) +(\S{20}) +([a-z_-]+)$/gm;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const port = await freePorts();
  const address = `http://127.0.0.1:${port}`;
  const [accounts, job] = await lived(start(port, ["--reset", "--start", JOB_DONE]), async (said) => {
    const accounts = accountsIn(said);
    return [accounts, await firstDay(new Services(address, accounts))] as const;
  });
  await moveClock(CALLED_BACK);
  const platform = start(port, []);
  await serving(platform);
  const key = await readFile(join(DATA, "volunteer-centre.key"), "utf8");
  const made = await orStopped(platform, secondDay(new Services(address, accounts), job, key));
  project.provide("platform", { address, accounts, job, made });
  return () => stop(platform);
}

/** What happens between its start and its end. */
async function lived<Lived>(platform: ChildProcess, what: (said: string) => Promise<Lived>): Promise<Lived> {
  const done = await orStopped(platform, what(await serving(platform)));
  await stop(platform);
  return done;
}

/** Leaves no platform behind where something fails. */
async function orStopped<Done>(platform: ChildProcess, what: Promise<Done>): Promise<Done> {
  try {
    return await what;
  } catch (error) {
    platform.kill("SIGTERM");
    throw error;
  }
}

function start(port: number, more: string[]): ChildProcess {
  const fixed = ["--data", DATA, "--port", String(port), "--merchants", MERCHANTS, "--pages", join(ROOT, "web")];
  return spawn(named("ALLINONE"), [...fixed, "--nats-server", named("NATS_SERVER"), ...more], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

function accountsIn(said: string): Account[] {
  return [...said.matchAll(ACCOUNT)].map(([, username = "", password = "", role = ""]) => ({
    username,
    password,
    role,
  }));
}

/** The next start goes on from this time. */
async function moveClock(to: string): Promise<void> {
  const clock = { speed: 1, start: to, anchor: new Date().toISOString() };
  await writeFile(join(DATA, "clock.json"), JSON.stringify(clock));
}

/** Ten in the morning of the city, so many days ago: within everybody's hours, and the callers'. */
function morning(daysAgo: number): string {
  const day = new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
  return `${day}T02:00:00.000Z`;
}

function named(variable: string): string {
  const program = process.env[variable];
  if (!program) throw new Error(`${variable} is not set: \`cargo xtask test --only browser\` sets it`);
  return program;
}

/** What it says until it serves. */
async function serving(platform: ChildProcess): Promise<string> {
  await mkdir(join(ROOT, ".run"), { recursive: true });
  const log = createWriteStream(LOG, { flags: "a" });
  platform.stderr?.pipe(log);
  platform.stdout?.pipe(log);
  return new Promise((resolve, reject) => {
    let said = "";
    const late = setTimeout(() => fail("does not serve in time"), SERVES_WITHIN_MS);
    const fail = (what: string) => {
      clearTimeout(late);
      platform.kill("SIGTERM");
      reject(new Error(`the platform ${what}: ${LOG} says more`));
    };
    platform.once("error", (error) => fail(`does not start (${error.message})`));
    platform.once("exit", (code) => fail(`ended with ${code}`));
    platform.stdout?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (!said.includes(SERVES)) return;
      clearTimeout(late);
      platform.removeAllListeners("exit");
      resolve(said);
    });
  });
}

async function stop(platform: ChildProcess): Promise<void> {
  if (platform.exitCode !== null) throw new Error(`the platform ended before it was told to: ${LOG}`);
  platform.kill("SIGTERM");
  const [code] = await once(platform, "exit", { signal: AbortSignal.timeout(STOPS_WITHIN_MS) });
  if (code !== 0) throw new Error(`the platform ended with ${code}: ${await readFile(LOG, "utf8")}`);
}

/** The first of as many free ports as it takes, below those that the system gives away by itself. */
async function freePorts(): Promise<number> {
  for (let first = 20_000; first < 30_000; first += PORTS) {
    const row = await Promise.all(Array.from({ length: PORTS }, (_, place) => isFree(first + place)));
    if (row.every(Boolean)) return first;
  }
  throw new Error("no ports are free from 20000 to 30000");
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
