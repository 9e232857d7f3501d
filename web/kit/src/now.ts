// The time as pages see it: one clock for all of them, corrected by what the server says, ticking every 15 seconds.
import { onScopeDispose, readonly, ref, type Ref } from "vue";

const TICK_MS = 15_000;
const now = ref(Date.now());
let ahead = 0;
let users = 0;
let timer: number | undefined;

/** Milliseconds since 1970, kept current while somebody looks. */
export function useNow(): Readonly<Ref<number>> {
  users += 1;
  timer ??= window.setInterval(tick, TICK_MS);
  tick();
  onScopeDispose(() => {
    users -= 1;
    if (users === 0) {
      window.clearInterval(timer);
      timer = undefined;
    }
  });
  return readonly(now);
}

/** The same, for whoever needs it once and to the millisecond. */
export function nowThere(): number {
  return Date.now() + ahead;
}

/** What a service's `Date` header says, which is the clock of all that happens there: a simulated city, or a device
 *  whose clock is wrong, shows the service's time. */
export function heard(date: string | null): void {
  const server = date ? Date.parse(date) : NaN;
  // The header has whole seconds; less than two are no difference.
  if (Number.isFinite(server) && Math.abs(server - Date.now() - ahead) > 2_000) {
    ahead = server - Date.now();
    tick();
  }
}

function tick(): void {
  now.value = nowThere();
}
