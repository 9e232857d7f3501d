// What is wrong, by the same bounds as the alerts (deploy/alerts): what wakes somebody first, then what can wait.
import type { Balance } from "../consumers/still";
import { type Operations, type Service, SERVICES } from "../services";
import type { Reading } from "./readings";

export type Code =
  | "all_away"
  | "away"
  | "lost"
  | "failed"
  | "bus"
  | "database"
  | "unready"
  | "unread"
  | "old"
  | "outbox"
  | "stuck"
  | "errors"
  | "slow_applied"
  | "slow_pushed"
  | "lags"
  | "letters"
  | "fills"
  | "shed"
  | "calendar";

/** Something that is wrong. */
export interface Trouble {
  code: Code;
  /** Where it is wrong. */
  services: readonly Service[];
  /** A consumer, a stream, a part: what it is about within the service. */
  subject: string;
  /** How many, where that is counted. */
  count: number;
  /** For how long, in milliseconds, where that is measured. */
  ms: number;
}

/** The order in which they are shown: those before `lags` wake somebody. */
const CODES: readonly Code[] = [
  "all_away",
  "away",
  "lost",
  "failed",
  "database",
  "bus",
  "unready",
  "unread",
  "old",
  "outbox",
  "stuck",
  "errors",
  "slow_applied",
  "slow_pushed",
  "lags",
  "letters",
  "fills",
  "shed",
  "calendar",
];

const OUTBOX_MS = 60_000;
const STALLED_MS = 60_000;
const OLD_MS = 30_000;
const LAGS = 10_000;
const FILL_PERMILLE = 700;
const ERRORS_SHARE = 0.01;
const CALENDAR_S = 60 * 86_400;
const CALENDAR = "platform.calendar.left";
/** Checks that have a trouble with more words of its own. */
const SAID_OTHERWISE = ["bus", "projection"];

type Found = Pick<Trouble, "code"> & Partial<Omit<Trouble, "services">>;

/** What is wrong with one instance, or with what its service shares. */
function of(said: Operations): Found[] {
  const { outbox, http, checks } = said;
  const found: Found[] = [
    ...checks.flatMap(({ name, state }): Found[] => {
      if (state === "failed") return [{ code: "failed", subject: name }];
      return state === "not_ready" && !SAID_OTHERWISE.includes(name) ? [{ code: "unready", subject: name }] : [];
    }),
    ...said.projections.flatMap(({ stream, caught_up, behind, age_ms }): Found[] => {
      if (!caught_up) return [{ code: "unread", subject: stream, count: behind }];
      return (age_ms ?? 0) > OLD_MS ? [{ code: "old", subject: stream, ms: age_ms ?? 0 }] : [];
    }),
    ...said.consumers.flatMap(({ consumer, dead_letters, flow }): Found[] => [
      ...(dead_letters ? [{ code: "letters" as const, subject: consumer, count: dead_letters }] : []),
      ...(flow && flow.undelivered > LAGS
        ? [{ code: "lags" as const, subject: consumer, count: flow.undelivered }]
        : []),
    ]),
    ...said.streams
      .filter(({ fill_permille }) => fill_permille > FILL_PERMILLE)
      .map(({ stream, fill_permille }): Found => ({ code: "fills", subject: stream, count: fill_permille / 10 })),
    ...said.downgrades
      .filter(({ five_minutes, limit_ms }) => (five_minutes.p99_ms ?? 0) > limit_ms)
      .map(({ stage, five_minutes }): Found => ({ code: `slow_${stage}`, ms: five_minutes.p99_ms ?? 0 })),
    ...said.gauges
      .filter(({ name, value }) => name === CALENDAR && value < CALENDAR_S)
      .map(({ value }): Found => ({ code: "calendar", count: Math.floor(value / 86_400) })),
  ];
  if (!said.bus.connected) found.push({ code: "bus" });
  if (said.database.answers === false) found.push({ code: "database" });
  if (outbox && outbox.oldest_age_ms > OUTBOX_MS)
    found.push({ code: "outbox", count: outbox.waiting, ms: outbox.oldest_age_ms });
  if (http.failed.five_minutes > ERRORS_SHARE * http.answered.five_minutes)
    found.push({ code: "errors", count: (100 * http.failed.five_minutes) / http.answered.five_minutes });
  if (http.shed.five_minutes > 0) found.push({ code: "shed", count: http.shed.five_minutes });
  return found;
}

/** Consumers that get nowhere: an instance sees that only of what it watched itself, so all that answer must say so. */
function stuck(readings: readonly Reading[]): Trouble[] {
  const least = new Map<string, Trouble>();
  for (const { service, said } of readings) {
    for (const { consumer, flow } of said.consumers) {
      const ms = Math.min(flow?.stalled_ms ?? 0, least.get(consumer)?.ms ?? Infinity);
      least.set(consumer, trouble(service, { code: "stuck", subject: consumer, ms }));
    }
  }
  return [...least.values()].filter(({ ms }) => ms > STALLED_MS);
}

/** What a service's consumers received and did, as far as the service said it. */
export interface Balances {
  service: Service;
  items: readonly Balance[];
}

/** Consumers of which messages are missing: neither done nor dead, and nobody delivers them any more. */
function lost(balances: readonly Balances[]): Trouble[] {
  const all = balances.flatMap(({ service, items }) => items.map((item) => ({ service, ...item })));
  const short = all.filter(({ missing }) => missing > 0);
  return short.map(({ service, consumer, missing }) =>
    trouble(service, { code: "lost", subject: consumer, count: missing }),
  );
}

/** What is wrong, the worst first; the same of several instances or services once, as the worst of them says it. */
export function troubles(
  readings: readonly Reading[],
  away: readonly Service[],
  balances: readonly Balances[] = [],
): Trouble[] {
  // What a service that is away said last is not how it is now.
  const present = readings.filter(({ service }) => !away.includes(service));
  const code = away.length === SERVICES.length ? "all_away" : "away";
  const found: Trouble[] = [
    ...away.map((service) => trouble(service, { code })),
    ...present.flatMap(({ service, said }) => of(said).map((one) => trouble(service, one))),
    ...stuck(present),
    ...lost(balances.filter(({ service }) => !away.includes(service))),
  ];
  const merged = new Map<string, Trouble>();
  for (const one of found) {
    const same = merged.get(keyOf(one));
    merged.set(keyOf(one), same ? both(same, one) : one);
  }
  // A sort is stable: within a code they stand in the order of the services.
  return [...merged.values()].sort((one, other) => CODES.indexOf(one.code) - CODES.indexOf(other.code));
}

function trouble(service: Service, found: Found): Trouble {
  return { subject: "", count: 0, ms: 0, ...found, services: [service] };
}

function both(one: Trouble, other: Trouble): Trouble {
  const services = [...new Set([...one.services, ...other.services])];
  return { ...one, services, count: Math.max(one.count, other.count), ms: Math.max(one.ms, other.ms) };
}

/** The same trouble at whatever time: of what is said in numbers each service has its own. */
export function keyOf({ code, services, subject, count, ms }: Trouble): string {
  return [code, subject, ...(count || ms ? services : [])].join(" ");
}

/** Whether it wakes somebody, or can wait until the morning. */
export function isUrgent({ code }: Trouble): boolean {
  return CODES.indexOf(code) < CODES.indexOf("lags");
}
