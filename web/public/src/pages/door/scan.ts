// Scanning with this page's own camera: what the code on a phone shows, and the word that lets the worker in.
import { Refused } from "@kit/api/problem";
import type { components } from "@kit/api/generated/credit";
import { best, type Scanned } from "@kit/certificate/scanned";
import { nowThere } from "@kit/now";
import { readonly, ref, shallowRef } from "vue";

type DoorScan = components["schemas"]["DoorScan"];
type ConfirmedEntry = components["schemas"]["ConfirmedEntry"];

/** What the citizen does after a refusal: scan again, or keep the door closed and call. */
const NEXT = {
  "identifies-only": "again",
  "expired-code": "again",
  "used-code": "again",
  "scans-busy": "again",
  "scan-too-old": "again",
  "worker-moved": "again",
  "forged-code": "call",
  "unknown-card": "call",
  "nobodys-worker": "call",
  "red-code": "call",
} as const;

/** Companies that are with us: work begun before a suspension is finished. */
const IN: readonly DoorScan["merchant_status"][] = ["affiliated", "suspended"];

export type Next = (typeof NEXT)[keyof typeof NEXT];

/** Null for what is no refusal about the worker, such as a network that is gone. */
export function nextAfter(code: string): Next | null {
  return Object.entries(NEXT).find(([known]) => known === code)?.[1] ?? null;
}

/** The code of a worker among all that the camera saw. */
export function workerCode(texts: readonly string[]): string | null {
  const found = best(texts.filter((text) => best([text])?.kind === "worker"));
  return found?.kind === "worker" ? found.text : null;
}

/** A certificate, where no worker was seen: another page checks it. */
export function certificateIn(texts: readonly string[]): Scanned | null {
  const found = workerCode(texts) ? null : best(texts);
  return found?.kind === "certificate" || found?.kind === "number" ? found : null;
}

export interface Door {
  scan: (code: string, key: string) => Promise<DoorScan>;
  confirm: (scan: string, token: string) => Promise<ConfirmedEntry>;
  /** How the company stands at this moment. */
  standing: (merchant: string) => Promise<DoorScan["merchant_status"]>;
}

/** One thing at a time; what is refused about the worker is told apart from what else goes wrong. */
function useDoing(refuse: (code: string | null) => void) {
  const error = shallowRef<unknown>(null);
  const busy = ref(false);
  async function doing(what: () => Promise<void>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    error.value = null;
    refuse(null);
    try {
      await what();
    } catch (thrown) {
      if (thrown instanceof Refused && nextAfter(thrown.code)) refuse(thrown.code);
      else error.value = thrown;
    } finally {
      busy.value = false;
    }
  }
  return { doing, error, busy };
}

export function useScan(door: Door) {
  const scan = shallowRef<DoorScan | null>(null);
  const confirmedAt = ref<string | null>(null);
  /** The code of why it was refused. */
  const refusal = ref<string | null>(null);
  const { doing, error, busy } = useDoing(refuse);
  /** One code is scanned once: trying again after a lost connection has the answer of the first time. */
  let intent: { code: string; key: string } | null = null;

  /** Shows how the company stands now: it can be suspended while its worker stands there. Whether that is news. */
  async function renewed(shown: DoorScan): Promise<boolean> {
    const merchant_status = await door.standing(shown.merchant_id);
    if (scan.value !== shown) return true;
    if (merchant_status === shown.merchant_status) return false;
    if (IN.includes(merchant_status)) scan.value = { ...shown, merchant_status };
    else refuse("nobodys-worker");
    return true;
  }

  /** Nobody is shown whom nobody vouches for any more. */
  function refuse(code: string | null): void {
    refusal.value = code;
    if (code) scan.value = null;
  }

  function look(code: string): Promise<void> {
    return doing(async () => {
      if (intent?.code !== code) intent = { code, key: crypto.randomUUID() };
      scan.value = confirmedAt.value = null;
      scan.value = await door.scan(code, intent.key);
    });
  }

  function confirm(): Promise<void> {
    return doing(async () => {
      const shown = scan.value;
      // Whoever lets somebody in has seen how it is now: news are shown first, and not acted on.
      if (!shown || (await renewed(shown))) return;
      confirmedAt.value = (await door.confirm(shown.scan, shown.entry_token)).confirmed_at;
    });
  }

  /** By itself, while somebody may be let in by it. That it cannot be asked is told to whoever acts. */
  async function renew(): Promise<void> {
    const shown = scan.value;
    const isOpen = shown?.confirm_by && nowThere() < Date.parse(shown.confirm_by);
    if (isOpen && !busy.value && !confirmedAt.value) await renewed(shown).catch(() => false);
  }

  function again(): void {
    scan.value = confirmedAt.value = refusal.value = error.value = intent = null;
  }

  return {
    scan,
    confirmedAt: readonly(confirmedAt),
    refusal: readonly(refusal),
    error,
    busy: readonly(busy),
    look,
    confirm,
    renew,
    again,
  };
}
