// What the tabs of a browser know together of its login: that it ended, when somebody touched one of them last, and
// whether the next login must ask for the password.

/** What a tab tells the others: that it ended the login, or whose login began in it. */
export type Told = { ended: "left" | "idle" } | { began: string };

const CHANNEL = "81890.session";
const TOUCHED = "81890.touched";
const DOOR = "81890.door";
/** Touches that follow sooner, in milliseconds, are not written again. */
const WRITE_EVERY_MS = 10_000;

export class Tabs {
  private readonly channel = new BroadcastChannel(CHANNEL);
  private written = 0;

  hear(told: (told: Told) => void): void {
    this.channel.addEventListener("message", ({ data }: MessageEvent<Told>) => told(data));
  }

  tell(told: Told): void {
    this.channel.postMessage(told);
  }

  /** Somebody is at one of the tabs. */
  touched(): void {
    if (Math.abs(Date.now() - this.written) < WRITE_EVERY_MS) return;
    this.written = Date.now();
    localStorage.setItem(TOUCHED, String(this.written));
  }

  /** Whether nobody touched any of them for so long, in milliseconds; what never was is not idle. */
  isIdle(ms: number): boolean {
    const last = Number(localStorage.getItem(TOUCHED) ?? 0);
    return last > 0 && Date.now() - last >= ms;
  }

  /** Why nobody comes in without the door and a password: somebody signed out, or nobody was there. */
  get door(): "left" | "idle" | null {
    const why = localStorage.getItem(DOOR);
    return why === "left" || why === "idle" ? why : null;
  }

  close(why: "left" | "idle"): void {
    localStorage.setItem(DOOR, why);
  }

  /** Somebody came in. */
  open(): void {
    localStorage.removeItem(DOOR);
    this.written = 0;
    this.touched();
  }
}
