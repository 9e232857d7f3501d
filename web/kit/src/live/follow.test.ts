import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { LiveEvent } from "./events";
import { backoff, follow, type Liveness } from "./follow";

let asked: { lastId: string | null; authorization: string | null }[];
let answer: (time: number) => Response;

beforeEach(() => {
  asked = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const { headers } = new Request(`http://localhost${url}`, init);
    asked.push({ lastId: headers.get("last-event-id"), authorization: headers.get("authorization") });
    return answer(asked.length);
  });
});
afterEach(() => vi.unstubAllGlobals());

/** Follows until `enough` says so. */
function seen(enough: (events: LiveEvent[], states: Liveness[]) => boolean) {
  return new Promise<{ events: LiveEvent[]; states: Liveness[] }>((resolve) => {
    const events: LiveEvent[] = [];
    const states: Liveness[] = [];
    const look = () => {
      if (!enough(events, states)) return;
      stop();
      resolve({ events, states });
    };
    const stop = follow({
      url: "/intake/stream",
      token: async () => "t",
      onEvent: (event) => (events.push(event), look()),
      onState: (state) => (states.push(state), look()),
    });
  });
}

/** A stream that says this and then stays open, or breaks. */
function stream(text: string, breaks = false): Response {
  const body = new ReadableStream({
    start(pieces) {
      pieces.enqueue(new TextEncoder().encode(`retry: 10\n\n${text}`));
    },
    pull(pieces) {
      if (breaks) pieces.error(new TypeError("connection reset"));
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
}

describe("following a live stream", () => {
  it("goes on after the last event that was seen when the connection breaks", async () => {
    answer = (time) => stream(`id: ${time}\ndata: ${time}\n\n`, time === 1);
    const { events, states } = await seen((all) => all.length === 2);
    expect(events.map((event) => event.data)).toEqual(["1", "2"]);
    expect(asked).toEqual([
      { lastId: null, authorization: "Bearer t" },
      { lastId: "1", authorization: "Bearer t" },
    ]);
    expect(states).toEqual(["asking", "live", "away", "asking", "live"]);
  });

  it("asks again when the service is busy", async () => {
    answer = (time) => (time === 1 ? new Response(null, { status: 503 }) : stream("id: 1\ndata: x\n\n"));
    // The wait before the first word of a server is ours: two seconds at most.
    expect((await seen((all) => all.length === 1)).events).toHaveLength(1);
  });

  it("ends when asking again cannot help", async () => {
    answer = () => new Response(null, { status: 403 });
    const { states } = await seen((_, all) => all.at(-1) === "ended");
    expect(states).toEqual(["asking", "ended"]);
    expect(asked).toHaveLength(1);
  });

  it("waits longer after each failure, up to half a minute, and never all at once", () => {
    expect([1, 2, 3, 4, 9].map((failures) => backoff(failures, 2_000, 1))).toEqual([
      2_000, 4_000, 8_000, 16_000, 30_000,
    ]);
    expect(backoff(1, 2_000, 0)).toBe(1_000);
  });
});
