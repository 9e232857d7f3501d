// The platform as `cargo xtask up` starts it, on fresh data and free ports, for as long as somebody needs it.
// ALLINONE and NATS_SERVER name the programs; `cargo xtask` sets both.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Account {
  username: string;
  /** What colleagues call the person. */
  name: string;
  password: string;
  role: string;
}

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
/** Where data and logs of the stories lie, and pictures of what went wrong. */
export const RUN = join(ROOT, ".run");
/** How many ports one takes, the public one first. */
const PORTS = 25;
const MERCHANTS = "300";
const SERVES_WITHIN_MS = 180_000;
const STOPS_WITHIN_MS = 60_000;
/** Said last, when it serves. */
const SERVES = "Ctrl-C stops everything";
const ACCOUNT = /^ {2}(\S+) +(\S{20}) +([a-z_-]+) +(\S+)$/gm;
const DAY_MS = 86_400_000;

/** A platform of one's own: it lives through the days that one asks for, at the same address and with the same people. */
export class Running {
  private constructor(
    /** Such as http://127.0.0.1:20000, without a slash at its end. */
    readonly address: string,
    readonly accounts: readonly Account[],
    private readonly folder: Folder,
    private child: ChildProcess,
    private today: string,
  ) {}

  /** Begins with a city in which nothing happened yet, in the morning of a day. */
  static async begin(name: string, today: string): Promise<Running> {
    const folder = new Folder(name, await freePorts());
    const child = folder.start(["--reset", "--start", morning(today, 9)]);
    const accounts = accountsIn(await folder.serving(child));
    return new Running(`http://127.0.0.1:${folder.port}`, accounts, folder, child, today);
  }

  /** The port of its broker. */
  get broker(): number {
    return this.folder.port + 1;
  }

  /** The day that it is there, or so many days from then on: 2026-11-24. */
  day(from = 0): string {
    return later(this.today, from);
  }

  /** Stops it, and goes on in the morning so many days later. What happens meanwhile happens to its data, in this
   *  folder. */
  async sleep(days: number, meanwhile?: (data: string) => Promise<void>): Promise<void> {
    await this.end();
    await meanwhile?.(this.folder.data);
    this.today = this.day(days);
    const clock = { speed: 1, start: morning(this.today, 10), anchor: new Date().toISOString() };
    await writeFile(join(this.folder.data, "clock.json"), JSON.stringify(clock));
    this.child = this.folder.start([]);
    await this.folder.serving(this.child);
  }

  async end(): Promise<void> {
    const { child, folder } = this;
    if (child.exitCode !== null) throw new Error(`the platform ended before it was told to: ${folder.log}`);
    child.kill("SIGTERM");
    const [code] = (await once(child, "exit", { signal: AbortSignal.timeout(STOPS_WITHIN_MS) })) as [number | null];
    if (code !== 0) throw new Error(`the platform ended with ${code}: ${await readFile(folder.log, "utf8")}`);
  }

  /** Leaves no platform behind where something fails. */
  async orEnd<Done>(what: Promise<Done>): Promise<Done> {
    try {
      return await what;
    } catch (error) {
      this.child.kill("SIGTERM");
      throw error;
    }
  }
}

/** Where its data are, and what it says. */
class Folder {
  readonly data: string;
  readonly log: string;

  constructor(
    name: string,
    readonly port: number,
  ) {
    this.data = join(RUN, name);
    this.log = join(RUN, `${name}.log`);
  }

  start(more: string[]): ChildProcess {
    const fixed = ["--data", this.data, "--port", String(this.port), "--merchants", MERCHANTS];
    const programs = ["--pages", join(ROOT, "web"), "--nats-server", named("NATS_SERVER")];
    return spawn(named("ALLINONE"), [...fixed, ...programs, ...more], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  }

  /** What it says until it serves. */
  async serving(child: ChildProcess): Promise<string> {
    await mkdir(RUN, { recursive: true });
    const log = createWriteStream(this.log, { flags: "a" });
    child.stderr?.pipe(log);
    child.stdout?.pipe(log);
    return new Promise((resolve, reject) => {
      let said = "";
      const late = setTimeout(() => fail("does not serve in time"), SERVES_WITHIN_MS);
      const fail = (what: string) => {
        clearTimeout(late);
        child.kill("SIGTERM");
        reject(new Error(`the platform ${what}: ${this.log} says more`));
      };
      child.once("error", (error) => fail(`does not start (${error.message})`));
      child.once("exit", (code) => fail(`ended with ${code}`));
      child.stdout?.setEncoding("utf8").on("data", (text: string) => {
        said += text;
        if (!said.includes(SERVES)) return;
        clearTimeout(late);
        child.removeAllListeners("exit");
        resolve(said);
      });
    });
  }
}

function accountsIn(said: string): Account[] {
  return [...said.matchAll(ACCOUNT)].map(([, username = "", password = "", role = "", name = ""]) => ({
    username,
    name,
    password,
    role,
  }));
}

/** Within everybody's hours and the callers'. The first day begins at nine in the morning of the city and each later one
 *  at ten, so that what is due a day later is due. */
function morning(day: string, hour: 9 | 10): string {
  return `${day}T0${hour - 8}:00:00.000Z`;
}

/** The day so many days later. */
export function later(day: string, days: number): string {
  return new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10);
}

function named(variable: string): string {
  const program = process.env[variable];
  if (!program) throw new Error(`${variable} is not set: \`cargo xtask test --only browser\` sets it`);
  return program;
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
