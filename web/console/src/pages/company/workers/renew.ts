/** A code is renewed so long before its end, in milliseconds: time for whoever is just scanning it. */
const BEFORE_MS = 5_000;
const SOONEST_MS = 1_000;

/** In how many milliseconds to ask for the next code. */
export function renewIn(expiresAt: string, now: number): number {
  return Math.max(SOONEST_MS, Date.parse(expiresAt) - now - BEFORE_MS);
}

/** For how many seconds more it is good. */
export function lasts(expiresAt: string, now: number): number {
  return Math.max(0, Math.ceil((Date.parse(expiresAt) - now) / 1_000));
}
