// What came in by each channel, from what the instances counted.
import type { components } from "@kit/api/generated/intake";

import type { Reading } from "./readings";

export type Channel = components["schemas"]["Channel"];
export type Outcome = components["schemas"]["ChannelCallOutcome"];

/** One channel; none stands for whoever named one that is not ours. */
export interface ChannelRow {
  channel: Channel | null;
  hour: number;
  day: number;
  /** What was turned away within the day, most first. */
  refused: { outcome: Outcome; hour: number; day: number }[];
}

const CHANNELS: readonly Channel[] = ["hotline", "app", "wechat", "alipay", "baidu", "zheliban"];

/** Every channel of ours, whether something came or not, and the unknown ones where something did. */
export function byChannel(readings: readonly Reading[]): ChannelRow[] {
  const calls = readings.flatMap(({ said }) => said.calls);
  const rows = [...CHANNELS, null].map((channel): ChannelRow => {
    const own = calls.filter((one) => (one.channel ?? null) === channel);
    const outcomes = [...new Set(own.map(({ outcome }) => outcome))];
    const sums = outcomes.map((outcome) => {
      const same = own.filter((one) => one.outcome === outcome).map(({ calls }) => calls);
      return { outcome, hour: sum(same.map(({ hour }) => hour)), day: sum(same.map(({ day }) => day)) };
    });
    const received = sums.find(({ outcome }) => outcome === "received");
    const refused = sums.filter(({ outcome }) => outcome !== "received").sort((one, other) => other.day - one.day);
    return { channel, hour: received?.hour ?? 0, day: received?.day ?? 0, refused };
  });
  return rows.filter(({ channel, refused }) => channel !== null || refused.length > 0);
}

/** Since when all of it was counted: of several instances the youngest was not there before. */
export function countedSince(readings: readonly Reading[], window: "hour" | "day"): string | null {
  const since = readings.filter(({ service }) => service === "intake").map(({ said }) => said.windows[window]);
  return since.sort((one, other) => Date.parse(other) - Date.parse(one))[0] ?? null;
}

/** When it was last said; null where intake said nothing yet. */
export function countedUntil(readings: readonly Reading[]): string | null {
  const until = readings.filter(({ service }) => service === "intake").map(({ said }) => said.as_of);
  return until.sort((one, other) => Date.parse(other) - Date.parse(one))[0] ?? null;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, one) => all + one, 0);
}
