// One typed client per service. Every answer that is not a success is thrown as a `Refused`, so that pages and
// queries have one way of going wrong.
import createClient, { type Client, type Middleware } from "openapi-fetch";

import type { paths as CreditPaths } from "./generated/credit";
import type { paths as DispatchPaths } from "./generated/dispatch";
import type { paths as FeedbackPaths } from "./generated/feedback";
import type { paths as IntakePaths } from "./generated/intake";
import { heard } from "../now";
import { refusal } from "./problem";

/** Who asks: gives the token of the session, renewed if need be; null without one. */
export type TokenSource = () => Promise<string | null>;

export interface Api {
  intake: Client<IntakePaths>;
  dispatch: Client<DispatchPaths>;
  feedback: Client<FeedbackPaths>;
  credit: Client<CreditPaths>;
}

/** After this long without an answer a request is given up, in milliseconds: longer than any limit of the services. */
const TIMEOUT_MS = 30_000;

/** The services under `base`, such as `/`, asked with the token of whoever is logged in. `signedOut` is told when a
 *  service does not know the token any more. */
export function openApi(base: string, token: TokenSource, signedOut?: () => void): Api {
  const client = <Paths extends object>(service: string): Client<Paths> => {
    const made = createClient<Paths>({ baseUrl: `${base}${service}`, fetch: limited });
    made.use(bearer(token), refusing(service, signedOut));
    return made;
  };
  return {
    intake: client<IntakePaths>("intake"),
    dispatch: client<DispatchPaths>("dispatch"),
    feedback: client<FeedbackPaths>("feedback"),
    credit: client<CreditPaths>("credit"),
  };
}

function limited(request: Request): Promise<Response> {
  return fetch(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(TIMEOUT_MS)]) });
}

function bearer(token: TokenSource): Middleware {
  return {
    async onRequest({ request }) {
      const value = await token();
      if (value) request.headers.set("authorization", `Bearer ${value}`);
      return request;
    },
  };
}

function refusing(service: string, signedOut?: () => void): Middleware {
  return {
    async onResponse({ response }) {
      heard(response.headers.get("date"));
      if (response.status === 401) signedOut?.();
      if (!response.ok) throw await refusal(service, response);
    },
  };
}

/** The data of an answer; a refusal was thrown before. */
export async function data<T>(answer: Promise<{ data?: T; response: Response }>): Promise<T> {
  const { data: found, response } = await answer;
  if (found === undefined && response.status !== 204) throw new Error(`no data in the answer of ${response.url}`);
  return found as T;
}

/** Says which version of a thing was looked at: a change that somebody else made meanwhile is not overwritten. */
export function seen(version: number): { "If-Match": string } {
  return { "If-Match": `"${version}"` };
}

/** For whoever works on what everybody reads: not from the copy that the browser keeps for a while. */
export const AFRESH = { cache: "no-cache" } as const;
