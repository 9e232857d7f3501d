// The platform that all files share which only look: a job was done in it and a breach is suspected of it.
import type { TestProject } from "vitest/node";

import { doJob, type Job, Services, suspectBreach } from "./history";
import { type Account, later, Running } from "./running";

export interface Platform {
  address: string;
  accounts: readonly Account[];
  /** A job that was done, and of which a breach is suspected. */
  job: Job;
}

declare module "vitest" {
  export interface ProvidedContext {
    platform: Platform;
  }
}

/** The job is done, and two days later the citizen is called back. */
const DONE_ON = later(new Date().toISOString().slice(0, 10), -3);
const CALLED_DAYS_LATER = 2;

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const running = await Running.begin("e2e", DONE_ON);
  const { address, accounts } = running;
  const services = () => new Services(address, accounts);
  const job = await running.orEnd(doJob(services()));
  await running.sleep(CALLED_DAYS_LATER);
  await running.orEnd(suspectBreach(services(), job));
  project.provide("platform", { address, accounts, job });
  return () => running.end();
}
