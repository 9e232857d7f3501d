// Keeps a live stream open: asks anew after a while when it ends, from the last event that was seen, and says how it
// stands. What cannot get better by asking again ends it.
import { refusal, Refused, trouble } from "../api/problem";
import type { TokenSource } from "../api/client";
import { EventReader, type LiveEvent } from "./events";

/** Live; asking again after a while; given up, since asking again cannot help. */
export type Liveness = "asking" | "live" | "away" | "ended";

export interface Followed {
  url: string;
  token: TokenSource;
  onEvent: (event: LiveEvent) => void;
  onState: (state: Liveness, error?: unknown) => void;
}

/** The server says something every 15 seconds or so; after this long without a word the connection is dead. */
const SILENCE_MS_MAX = 45_000;
const RETRY_MS = 2_000;
const RETRY_MS_MAX = 30_000;

/** How long to wait before asking again after `failures` in a row; spread, so that not all ask at once. */
export function backoff(failures: number, retryMs = RETRY_MS, random = Math.random()): number {
  return Math.min(RETRY_MS_MAX, retryMs * 2 ** Math.max(0, failures - 1)) * (0.5 + random / 2);
}

/** Follows until the function that it gives is called. */
export function follow(what: Followed): () => void {
  const ending = new AbortController();
  void keepAsking(what, ending.signal);
  return () => ending.abort();
}

async function keepAsking(what: Followed, ended: AbortSignal): Promise<void> {
  let lastId = "";
  let failures = 0;
  let retryMs: number | undefined;
  while (!ended.aborted) {
    const reader = new EventReader(lastId);
    try {
      what.onState("asking");
      await readOnce(what, ended, lastId, reader, (event) => {
        lastId = event.id;
        failures = 0;
        what.onEvent(event);
      });
      failures += 1;
    } catch (error) {
      if (ended.aborted) return;
      if (error instanceof Refused && trouble(error) !== "busy" && error.status < 500) {
        what.onState("ended", error);
        return;
      }
      failures += 1;
    }
    if (ended.aborted) return;
    what.onState("away");
    retryMs = reader.retryMs ?? retryMs;
    await pause(backoff(failures, retryMs), ended);
  }
}

async function readOnce(
  what: Followed,
  ended: AbortSignal,
  lastId: string,
  reader: EventReader,
  onEvent: (event: LiveEvent) => void,
): Promise<void> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS_MAX);
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(), SILENCE_MS_MAX);
  };
  try {
    const token = await what.token();
    const headers: Record<string, string> = { accept: "text/event-stream" };
    if (token) headers.authorization = `Bearer ${token}`;
    if (lastId) headers["last-event-id"] = lastId;
    const response = await fetch(what.url, { headers, signal: AbortSignal.any([ended, silence.signal]) });
    if (!response.ok || !response.body) throw await refusal(what.url.split("/")[1] ?? "", response);
    what.onState("live");
    const pieces = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (;;) {
      const { done, value } = await pieces.read();
      if (done) return;
      heard();
      for (const event of reader.read(value)) onEvent(event);
    }
  } finally {
    clearTimeout(timer);
    // Whatever ended the reading, the connection is not left open.
    silence.abort();
  }
}

/** Ends early when the following ends, or when the network is back. */
function pause(ms: number, ended: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(over, ms);
    function over(): void {
      clearTimeout(timer);
      ended.removeEventListener("abort", over);
      globalThis.removeEventListener?.("online", over);
      resolve();
    }
    ended.addEventListener("abort", over);
    globalThis.addEventListener?.("online", over);
  });
}
