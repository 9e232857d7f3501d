// The columns of how long something took, and where its limit lies among them.
import type { components } from "@kit/api/generated/intake";

export type Bucket = components["schemas"]["LatencyBucket"];

export interface Column {
  key: string;
  /** Of the highest, 0 to 1. */
  height: number;
  count: number;
  /** The bound in milliseconds, where it is written under the column: at each power of ten. */
  tick: number | null;
}

export function columns(buckets: readonly Bucket[]): Column[] {
  const most = Math.max(1, ...buckets.map(({ count }) => count));
  return buckets.map(({ up_to_ms: bound, count }) => ({
    key: `${bound ?? "above"}`,
    height: count / most,
    count,
    tick: bound != null && isPowerOfTen(bound) ? bound : null,
  }));
}

/** Where a time lies along the columns, 0 to 1; as bounds grow by factors, by its logarithm within its column. */
export function position(buckets: readonly Bucket[], ms: number): number {
  const at = buckets.findIndex(({ up_to_ms: bound }) => bound == null || ms <= bound);
  const [lower, upper] = [buckets[at - 1]?.up_to_ms, buckets[at]?.up_to_ms];
  if (at < 0) return 1;
  const within = lower && upper ? Math.log(ms / lower) / Math.log(upper / lower) : 0.5;
  return (at + within) / buckets.length;
}

function isPowerOfTen(bound: number): boolean {
  // Bounds go through seconds: a tenth is not quite one.
  return Math.abs(Math.log10(bound) - Math.round(Math.log10(bound))) < 1e-9;
}
