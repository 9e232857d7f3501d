import type { Api } from "@kit/api/client";
import { expect, it } from "vitest";

import type { Context } from "../../../shell/context";
import { type Operations, type Service, SERVICES } from "../services";
import { flow, reading } from "./sample";
import { wrong } from "./wrong";

type Said = Partial<Operations> & { missing?: number | "unknown" };

/** Those that are named say so; the others say that all is well. */
function platform(said: Partial<Record<Service, Said | "away">>): Context {
  const client = (service: Service) => ({
    GET: async (path: string) => {
      const changes = said[service] ?? {};
      if (changes === "away") throw new TypeError("nobody answers");
      const { missing = 0, ...operations } = changes;
      if (path === "/v1/operations")
        return { data: reading(service, service, operations).said, response: new Response() };
      if (missing === "unknown") throw new TypeError("the bus is away");
      const items = [{ consumer: "c", stream: "S", missing }];
      return { data: { balanced: missing === 0, items }, response: new Response() };
    },
  });
  const api = Object.fromEntries(SERVICES.map((service) => [service, client(service)])) as unknown as Api;
  return { api } as Context;
}

it("counts at home all that the overview lists, also what can wait", async () => {
  expect(await wrong(platform({}))).toEqual({ count: 0, exact: true });
  const calendar = { gauges: [{ name: "platform.calendar.left", unit: "s", value: 86_400 }] };
  expect((await wrong(platform({ credit: calendar }))).count).toBe(1);
  const consumers = [{ consumer: "dispatch-intake", stream: "INTAKE", dead_letters: 3, flow: flow() }];
  expect((await wrong(platform({ credit: calendar, dispatch: { consumers }, feedback: "away" }))).count).toBe(3);
});

it("counts at home a consumer that lost messages, and goes on without a balance that cannot be struck", async () => {
  expect((await wrong(platform({ dispatch: { missing: 2 } }))).count).toBe(1);
  const away = { bus: { connected: false }, missing: 2 };
  expect(
    (await wrong(platform({ dispatch: { missing: 2 }, credit: { missing: "unknown" }, feedback: away }))).count,
  ).toBe(2);
});

it("counts nothing where nobody answers: it is perhaps the network of who looks", async () => {
  const all = Object.fromEntries(SERVICES.map((service) => [service, "away" as const]));
  await expect(wrong(platform(all))).rejects.toThrow("nobody answers");
});
