// What a service refuses, as it says it (problem+json, RFC 9457).

import type { components } from "./generated/intake";

/** A place in what was sent that is to be mended. */
export type Fault = components["schemas"]["FieldError"];

/** A service said no. */
export class Refused extends Error {
  constructor(
    /** Who said no. */
    readonly service: string,
    /** HTTP status. */
    readonly status: number,
    /** The type of problem, such as `forbidden`: `problems.ts` says in Chinese and English what it means. */
    readonly code: string,
    readonly title: string,
    readonly detail: string | undefined,
    /** What to mend, by place. */
    readonly faults: Fault[],
    /** After how many seconds to try again. */
    readonly retryAfter: number | undefined,
    /** To be named to the operations team. */
    readonly traceId: string | undefined,
    /** All that it says, such as until when something could have been done. */
    readonly members: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail ?? title);
    this.name = "Refused";
  }
}

/** Reads a refusal. What is not a problem document, such as a proxy's page, is named by its status. */
export async function refusal(service: string, response: Response): Promise<Refused> {
  const isProblem = response.headers.get("content-type")?.includes("problem+json") ?? false;
  const problem: Partial<components["schemas"]["Problem"]> = isProblem ? await response.json().catch(() => ({})) : {};
  return new Refused(
    service,
    response.status,
    problem.code ?? `http-${response.status}`,
    problem.title ?? response.statusText,
    problem.detail ?? undefined,
    problem.errors ?? [],
    problem.retry_after ?? undefined,
    problem.trace_id ?? undefined,
    problem,
  );
}

/** What kind of trouble it is, for the state a page shows. */
export type Trouble = "offline" | "no-permission" | "signed-out" | "not-found" | "busy" | "refused" | "broken";

export function trouble(error: unknown): Trouble {
  if (error instanceof Refused) {
    if (error.status === 401) return "signed-out";
    if (error.status === 403) return "no-permission";
    // What has no form of an id is the id of nothing.
    if (error.status === 404 || error.code === "invalid-path") return "not-found";
    if (error.status === 429 || error.status === 503) return "busy";
    return error.status < 500 ? "refused" : "broken";
  }
  // fetch rejects with a TypeError when nothing answers, with a DOMException when the time is over.
  if (error instanceof TypeError || (error instanceof DOMException && error.name === "TimeoutError")) return "offline";
  return "broken";
}

const stopped = new WeakSet<object>();

/** Marks an error as what stopped something that somebody just did, rather than something that was only looked up. */
export function stoppedBy(error: unknown): unknown {
  if (typeof error === "object" && error !== null) stopped.add(error);
  return error;
}

/** Whether somebody just did something and waits for what became of it. */
export function hasStopped(error: unknown): boolean {
  return typeof error === "object" && error !== null && stopped.has(error);
}
