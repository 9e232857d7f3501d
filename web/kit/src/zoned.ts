// Moments as somebody types them: a day and an hour on the city's clock.

/** `2026-11-26T15:00` on the clock of a zone, as a moment; null for what is none. */
export function fromClock(local: string, zone: string): string | null {
  const asUtc = Date.parse(`${local}:00Z`);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local) || Number.isNaN(asUtc)) return null;
  // Near a change of the clocks the first guess may use the offset of the other side.
  const guess = asUtc - offset(asUtc, zone);
  return new Date(asUtc - offset(guess, zone)).toISOString();
}

/** A moment on the clock of a zone, as fields of the kind `datetime-local` want it. */
export function toClock(ms: number, zone: string): string {
  return new Date(ms + offset(ms, zone)).toISOString().slice(0, 16);
}

/** How far a zone's clock is ahead of UTC, in milliseconds. */
function offset(ms: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(ms);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((one) => one.type === type)?.value);
  const shown = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return shown - Math.floor(ms / 1_000) * 1_000;
}
