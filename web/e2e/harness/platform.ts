// The platform that all files share which only look: a job was done in it and a breach is suspected of it.
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { TestProject } from "vitest/node";

import { firstDay, type Job, type Made, secondDay } from "./history";
import { type Account, later, RUN, Running } from "./running";
import { Services } from "./services";

export interface Platform {
  address: string;
  accounts: readonly Account[];
  /** A job that was done, and of which a breach is suspected. */
  job: Job;
  made: Made;
}

declare module "vitest" {
  export interface ProvidedContext {
    platform: Platform;
  }
}

const NAME = "e2e";
/** The jobs are done, and two days later the citizens are called back. */
const DONE_ON = later(new Date().toISOString().slice(0, 10), -3);
const CALLED_DAYS_LATER = 2;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = await Running.begin(NAME, DONE_ON);
  const { address, accounts } = running;
  const services = () => new Services(address, accounts);
  const job = await running.orEnd(firstDay(services()));
  await running.sleep(CALLED_DAYS_LATER);
  const key = await readFile(join(RUN, NAME, "volunteer-centre.key"), "utf8");
  const made = await running.orEnd(secondDay(services(), job, { key, day: running.day(-1) }));
  project.provide("platform", { address, accounts, job, made });
  return () => running.end();
}
