import { createServer, type Server, type ServerResponse } from "node:http";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import type { LiveEvent } from "./events";
import { backoff, follow, type Liveness } from "./follow";

interface Asked {
  lastId: string | undefined;
  authorization: string | undefined;
}

let server: Server;
let url: string;
let asked: Asked[];
let answer: (response: ServerResponse, time: number) => void;

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    const lastId = request.headers["last-event-id"];
    asked.push({
      lastId: typeof lastId === "string" ? lastId : undefined,
      authorization: request.headers.authorization,
    });
    answer(response, asked.length);
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/intake/stream`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

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
      url,
      token: async () => "t",
      onEvent: (event) => (events.push(event), look()),
      onState: (state) => (states.push(state), look()),
    });
  });
}

function stream(response: ServerResponse, text: string): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(`retry: 10\n\n${text}`);
}

describe("following a live stream", () => {
  it("goes on after the last event that was seen when the connection breaks", async () => {
    answer = (response, time) => {
      stream(response, `id: ${time}\ndata: ${time}\n\n`);
      if (time === 1) setTimeout(() => response.destroy(), 20);
    };
    const { events, states } = await seen((all) => all.length === 2);
    expect(events.map((event) => event.data)).toEqual(["1", "2"]);
    expect(asked).toEqual([
      { lastId: undefined, authorization: "Bearer t" },
      { lastId: "1", authorization: "Bearer t" },
    ]);
    expect(states).toEqual(["asking", "live", "away", "asking", "live"]);
  });

  it("asks again when the service is busy", async () => {
    answer = (response, time) => (time === 1 ? response.writeHead(503).end() : stream(response, "id: 1\ndata: x\n\n"));
    // The wait before the first word of a server is ours: two seconds at most.
    expect((await seen((all) => all.length === 1)).events).toHaveLength(1);
  });

  it("ends when asking again cannot help", async () => {
    answer = (response) => response.writeHead(403).end();
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
