// An instance that is well, for tests to change one thing of.
import type { Operations, Service } from "../services";
import type { Reading } from "./readings";

const none = { five_minutes: 0, hour: 0, day: 0 };

export function reading(service: Service, instance: string, changes: Partial<Operations> = {}, at = 0): Reading {
  const said: Operations = {
    service,
    instance,
    version: "0.1.0",
    since: "2026-11-26T05:00:00Z",
    as_of: "2026-11-26T06:00:00Z",
    ready: true,
    checks: [{ name: "bus", state: "ready" }],
    database: { kind: "postgresql", answers: true },
    bus: { connected: true },
    outbox: { waiting: 0, oldest_age_ms: 0, as_of: "2026-11-26T06:00:00Z" },
    streams: [],
    consumers: [],
    projections: [],
    windows: { five_minutes: "2026-11-26T05:55:00Z", hour: "2026-11-26T05:00:00Z", day: "2026-11-26T05:00:00Z" },
    http: { answered: none, failed: none, shed: none },
    downgrades: [],
    calls: [],
    gauges: [],
    ...changes,
  };
  return { service, said, at, passed: 0 };
}

export function flow(changes: Partial<NonNullable<Operations["consumers"][number]["flow"]>> = {}) {
  return { undelivered: 0, unacked: 0, redelivered: 0, stalled_ms: 0, as_of: "2026-11-26T06:00:00Z", ...changes };
}
