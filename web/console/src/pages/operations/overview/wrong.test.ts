import type { Api } from "@kit/api/client";
import { expect, it } from "vitest";

import type { Context } from "../../../shell/context";
import { type Operations, type Service, SERVICES } from "../services";
import { flow, reading } from "./sample";
import { wrong } from "./wrong";

/** Those that are named say so; the others say that all is well. */
function platform(said: Partial<Record<Service, Partial<Operations> | "away">>): Context {
  const client = (service: Service) => ({
    GET: async () => {
      const changes = said[service] ?? {};
      if (changes === "away") throw new TypeError("nobody answers");
      return { data: reading(service, service, changes).said, response: new Response() };
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

it("counts nothing where nobody answers: it is perhaps the network of who looks", async () => {
  const all = Object.fromEntries(SERVICES.map((service) => [service, "away" as const]));
  await expect(wrong(platform(all))).rejects.toThrow("nobody answers");
});
