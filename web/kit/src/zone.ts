// Between what a calendar in the city shows and moments: whoever fills in a form means the city's time, wherever the
// device is.

const DAY_MS = 86_400_000;

/** Such as `2026-11-26T15:40:00` in the zone, as a moment. */
export function momentAt(wall: string, zone: string): string {
  const asUtc = Date.parse(`${wall}Z`);
  // Once more with the offset at the moment found, for the hours around a change of the clocks.
  const near = asUtc - offset(asUtc, zone);
  return new Date(asUtc - offset(near, zone)).toISOString();
}

/** A moment as the clocks of the zone show it: `2026-11-26T15:40:00`. */
export function wallAt(moment: string, zone: string): string {
  const at = Date.parse(moment);
  return new Date(at + offset(at, zone)).toISOString().slice(0, 19);
}

/** When a day of the city is over: `2026-12-30` ends as the 31st begins there. */
export function endOf(day: string, zone: string): string {
  const next = new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);
  return momentAt(`${next}T00:00:00`, zone);
}

/** The last day of the city that is whole or begun before an end: what ends at midnight ends with the day before. */
export function lastDayOf(end: string, zone: string): string {
  return wallAt(justBefore(end), zone).slice(0, 10);
}

/** Whether a day of the city begins then. */
export function isMidnight(moment: string, zone: string): boolean {
  return Date.parse(moment) % 1_000 === 0 && wallAt(moment, zone).endsWith("T00:00:00");
}

/** The last moment before an end. */
export function justBefore(end: string): string {
  return new Date(Date.parse(end) - 1).toISOString();
}

/** By how many milliseconds the clocks of the zone are ahead of UTC then. */
function offset(at: number, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  }).formatToParts(at);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const wall = Date.UTC(of("year"), of("month") - 1, of("day"), of("hour"), of("minute"), of("second"));
  return wall - Math.floor(at / 1_000) * 1_000;
}
