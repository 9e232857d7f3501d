import { describe, expect, it } from "vitest";

import { flow, reading } from "./sample";
import { isUrgent, troubles } from "./troubles";

const codes = (...given: Parameters<typeof troubles>) => troubles(...given).map(({ code }) => code);
const consumer = (changes: Parameters<typeof flow>[0], dead_letters = 0) => ({
  consumers: [{ consumer: "dispatch-intake", stream: "INTAKE", dead_letters, flow: flow(changes) }],
});

describe("what is wrong", () => {
  it("is nothing while all is well", () => {
    expect(troubles([reading("intake", "a"), reading("dispatch", "b")], [])).toEqual([]);
  });

  it("comes with the worst first, and what wakes somebody before what can wait", () => {
    const found = troubles(
      [
        reading("credit", "c", { gauges: [{ name: "platform.calendar.left", unit: "s", value: 86_400 }] }),
        reading("dispatch", "b", consumer({}, 3)),
        reading("intake", "a", { outbox: { waiting: 7, oldest_age_ms: 61_000, as_of: "" } }),
      ],
      ["feedback"],
    );
    expect(found.map(({ code }) => code)).toEqual(["away", "outbox", "letters", "calendar"]);
    expect(found.map(isUrgent)).toEqual([true, true, false, false]);
  });

  it("is told otherwise where no service is left to go on", () => {
    expect(codes([], ["intake", "dispatch", "feedback"])).toEqual(["away"]);
    const all = ["intake", "dispatch", "feedback", "credit"] as const;
    const found = troubles([reading("intake", "a")], all);
    expect(found.map(({ code, services }) => [code, ...services])).toEqual([["all_away", ...all]]);
  });

  it("is not what a service that is away had said before", () => {
    expect(codes([reading("intake", "a", { bus: { connected: false } })], ["intake"])).toEqual(["away"]);
  });

  it("is said once where several services have it, and of each where it is said in numbers", () => {
    const broken = { bus: { connected: false }, outbox: { waiting: 1, oldest_age_ms: 90_000, as_of: "" } };
    const found = troubles([reading("intake", "a", broken), reading("credit", "b", broken)], []);
    expect(found.map(({ code, services }) => [code, ...services])).toEqual([
      ["bus", "intake", "credit"],
      ["outbox", "intake"],
      ["outbox", "credit"],
    ]);
  });

  it("is said once for what instances share, as the worst of them says it", () => {
    const lags = (undelivered: number) => consumer({ undelivered });
    const found = troubles([reading("dispatch", "a", lags(12_000)), reading("dispatch", "b", lags(15_000))], []);
    expect(found.map(({ code, count }) => [code, count])).toEqual([["lags", 15_000]]);
  });

  it("is a consumer that gets nowhere only where every instance says so", () => {
    const still = reading("dispatch", "a", consumer({ stalled_ms: 90_000 }));
    expect(codes([still], [])).toEqual(["stuck"]);
    expect(codes([still, reading("dispatch", "b", consumer({ stalled_ms: 0 }))], [])).toEqual([]);
  });
});

describe("what is lost", () => {
  const balance = (missing: number) => ({
    consumer: "dispatch-intake",
    stream: "INTAKE",
    received: 10,
    done: 10 - missing,
    dead_lettered: 0,
    waiting: missing,
    owed: 0,
    missing,
    whole: true,
  });
  const of = (missing: number, ...away: "dispatch"[]) =>
    troubles([reading("dispatch", "a", consumer({}, 3))], away, [{ service: "dispatch", items: [balance(missing)] }]);

  it("is said with its consumer before what can wait, and wakes somebody", () => {
    const found = of(2);
    expect(found.map(({ code, subject, count }) => [code, subject, count])).toEqual([
      ["lost", "dispatch-intake", 2],
      ["letters", "dispatch-intake", 3],
    ]);
    expect(found.map(isUrgent)).toEqual([true, false]);
  });

  it("is nothing where the balance comes out, or the service is away", () => {
    expect(of(0).map(({ code }) => code)).toEqual(["letters"]);
    expect(of(2, "dispatch").map(({ code }) => code)).toEqual(["away"]);
  });
});

describe("what is wrong with one instance", () => {
  it("is a part that is not ready or failed, unless that is said in words of its own", () => {
    const check = (name: string, state: "not_ready" | "failed") => ({ name, state });
    const checks = [check("bus", "not_ready"), check("task:answers", "not_ready"), check("task:relay", "failed")];
    expect(codes([reading("credit", "a", { checks })], [])).toEqual(["failed", "unready"]);
  });

  it("is a ranking that is not read, and later one that heard nothing", () => {
    const ranking = { stream: "STANDING", behind: 9, restarts: 0, malformed: 0 };
    const of = (changes: { caught_up: boolean; age_ms?: number }) =>
      codes([reading("dispatch", "a", { projections: [{ ...ranking, ...changes }] })], []);
    expect(of({ caught_up: false })).toEqual(["unread"]);
    expect(of({ caught_up: true, age_ms: 31_000 })).toEqual(["old"]);
    expect(of({ caught_up: true, age_ms: 2_000 })).toEqual([]);
  });

  it("is a downgrade whose slowest hundredth is over its limit now, and not one of an hour ago", () => {
    const took = (p99_ms: number) => ({ count: 1, p50_ms: 1, p99_ms, buckets: [] });
    const of = (five_minutes: number, hour: number) =>
      codes(
        [
          reading("intake", "a", {
            downgrades: [
              { stage: "pushed", limit_ms: 3_000, five_minutes: took(five_minutes), hour: took(hour), day: took(hour) },
            ],
          }),
        ],
        [],
      );
    expect(of(3_500, 3_500)).toEqual(["slow_pushed"]);
    expect(of(20, 3_500)).toEqual([]);
  });

  it("is more than one answer in a hundred that was an error of ours", () => {
    const of = (failed: number) => {
      const counts = (five_minutes: number) => ({ five_minutes, hour: 0, day: 0 });
      return codes(
        [reading("credit", "a", { http: { answered: counts(1_000), failed: counts(failed), shed: counts(0) } })],
        [],
      );
    };
    expect(of(11)).toEqual(["errors"]);
    expect(of(10)).toEqual([]);
  });
});
