import { describe, expect, it } from "vitest";

import { amount } from "../amount";
import type { Service } from "../services";
import { byChannel, countedSince, countedUntil } from "./channels";
import { columns, position } from "./chart";
import { GONE_MS, ordered, type Reading, remembered, unseenMs } from "./readings";
import { flow, reading } from "./sample";
import { stateOf, waiting } from "./state";

describe("what the instances said", () => {
  const said = (service: "intake" | "dispatch", instance: string) => reading(service, instance).said;

  it("stands in one order however they take turns", () => {
    let known = remembered(new Map(), "dispatch", said("dispatch", "b"), 0);
    known = remembered(known, "intake", said("intake", "c"), 5_000);
    known = remembered(known, "dispatch", said("dispatch", "a"), 5_000);
    known = remembered(known, "dispatch", said("dispatch", "b"), 10_000);
    expect(ordered(known).map(({ said }) => said.instance)).toEqual(["c", "a", "b"]);
  });

  it("is forgotten of an instance that is gone, and kept of a service that is away", () => {
    let known = remembered(new Map(), "dispatch", said("dispatch", "old"), 0);
    known = remembered(known, "intake", said("intake", "c"), 0);
    known = remembered(known, "dispatch", said("dispatch", "new"), GONE_MS);
    expect(ordered(known).map(({ said }) => said.instance)).toEqual(["c", "new"]);
  });
});

describe("an instance", () => {
  /** Those that answered, one every five seconds, and what is known then. */
  const after = (...answered: string[]) => {
    const one = (known: ReturnType<typeof remembered>, instance: string, turn: number) =>
      remembered(known, "dispatch", reading("dispatch", instance).said, turn * 5_000);
    return ordered(answered.reduce(one, new Map()));
  };
  const states = (...answered: string[]) => {
    const readings = after(...answered);
    return readings.map((one) => stateOf(one, [], readings));
  };

  it("that does not answer is named so, whatever it said last", () => {
    const of = (one: Reading, away: readonly Service[]) => stateOf(one, away, [one]);
    expect(of(reading("intake", "a"), ["intake"])).toBe("away");
    expect(of(reading("intake", "a", { ready: false }), [])).toBe("not_ready");
    expect(of(reading("intake", "a"), ["credit"])).toBe("well");
  });

  it("is well while others take their turns, and not seen for so long once it passed over two of its own", () => {
    expect(states("a", "b", "a", "b")).toEqual(["well", "well"]);
    expect(states("a", "b", "b", "b")).toEqual(["well", "well"]);
    expect(states("a", "b", "b", "b", "b")).toEqual(["unseen", "well"]);
    expect(after("a", "b", "b", "b", "b").map((one, _, all) => unseenMs(one, all))).toEqual([20_000, null]);
    expect(states("a", "b", "b", "b", "b", "a")).toEqual(["well", "well"]);
  });

  it("on SQLite is gone as soon as another answers, which has taken its place", () => {
    const on = (service: "intake" | "credit", instance: string) =>
      reading(service, instance, { database: { kind: "sqlite" } }).said;
    const first = remembered(remembered(new Map(), "intake", on("intake", "old"), 0), "credit", on("credit", "c"), 0);
    const then = remembered(first, "intake", on("intake", "new"), 5_000);
    expect(ordered(then).map(({ said }) => said.instance)).toEqual(["new", "c"]);
  });

  it("has to do what its consumers have together, the oldest of all", () => {
    const of = (changes: Parameters<typeof flow>[0]) => ({
      consumer: "c",
      stream: "S",
      dead_letters: 1,
      flow: flow(changes),
    });
    const { said } = reading("intake", "a", {
      consumers: [of({ undelivered: 2, unacked: 1, oldest_age_ms: 50 }), of({ unacked: 1, oldest_age_ms: 90 })],
    });
    expect(waiting(said)).toEqual({ messages: 4, redelivered: 0, letters: 2, oldest_ms: 90 });
    expect(waiting(reading("intake", "a").said).oldest_ms).toBeNull();
  });
});

describe("channels", () => {
  const counts = (hour: number, day: number) => ({ five_minutes: 0, hour, day });

  it("are added over the instances, with what was refused beside", () => {
    const rows = byChannel([
      reading("intake", "a", {
        calls: [
          { channel: "wechat", outcome: "received", calls: counts(2, 5) },
          { channel: "wechat", outcome: "replayed", calls: counts(1, 1) },
          { outcome: "unknown_channel", calls: counts(0, 4) },
        ],
      }),
      reading("intake", "b", { calls: [{ channel: "wechat", outcome: "received", calls: counts(1, 1) }] }),
    ]);
    const refused = [{ outcome: "replayed", hour: 1, day: 1 }];
    expect(rows.find(({ channel }) => channel === "wechat")).toEqual({ channel: "wechat", hour: 3, day: 6, refused });
    expect(rows).toHaveLength(7);
    expect(rows.at(-1)?.refused[0]?.outcome).toBe("unknown_channel");
  });

  it("are shown where nothing came, and nobody unknown where nobody was", () => {
    expect(byChannel([reading("intake", "a")]).map(({ hour }) => hour)).toEqual([0, 0, 0, 0, 0, 0]);
  });

  it("say the youngest instance's since", () => {
    const since = (instance: string, day: string) =>
      reading("intake", instance, { windows: { five_minutes: day, hour: day, day } });
    const both = [since("a", "2026-11-26T01:00:00Z"), since("b", "2026-11-26T03:00:00Z")];
    expect(countedSince(both, "day")).toBe("2026-11-26T03:00:00Z");
    expect(countedSince([], "day")).toBeNull();
  });

  it("say when an instance of intake last told them, and nothing where none did", () => {
    const told = (service: "intake" | "credit", as_of: string) => reading(service, as_of, { as_of });
    const all = [told("intake", "2026-11-26T01:00:00Z"), told("intake", "2026-11-26T03:00:00Z")];
    expect(countedUntil([...all, told("credit", "2026-11-26T05:00:00Z")])).toBe("2026-11-26T03:00:00Z");
    expect(countedUntil([told("credit", "2026-11-26T05:00:00Z")])).toBeNull();
  });
});

describe("the chart of how long it took", () => {
  const buckets = [{ up_to_ms: 0.1, count: 0 }, { up_to_ms: 1, count: 8 }, { up_to_ms: 2.5, count: 4 }, { count: 1 }];

  it("has its columns beside the highest, and bounds at powers of ten", () => {
    expect(columns(buckets).map(({ height, tick }) => [height, tick])).toEqual([
      [0, 0.1],
      [1, 1],
      [0.5, null],
      [0.125, null],
    ]);
  });

  it("places a limit within its column", () => {
    expect(position(buckets, 1)).toBeCloseTo(0.5);
    expect(position(buckets, 2.5)).toBeCloseTo(0.75);
    expect(position(buckets, 60_000)).toBeGreaterThan(0.75);
  });
});

describe("a time in words", () => {
  it("is in the unit that suits it", () => {
    const said = [0.432, 6.45, 43.2, 1_250, 59_000, 61_000, 7_300_000, 2 * 86_400_000].map(amount);
    expect(said.map(({ value, unit }) => `${value} ${unit}`)).toEqual([
      "0.43 millisecond",
      "6.5 millisecond",
      "43 millisecond",
      "1.3 second",
      "59 second",
      "1 minute",
      "2 hour",
      "2 day",
    ]);
  });
});
