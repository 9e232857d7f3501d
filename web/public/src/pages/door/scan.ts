// Scanning with this page's own camera: what the code on a phone shows, and the word that lets the worker in.
import { Refused } from "@kit/api/problem";
import type { components } from "@kit/api/generated/credit";
import { best, type Scanned } from "@kit/certificate/scanned";
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
}

export function useScan(door: Door) {
  const scan = shallowRef<DoorScan | null>(null);
  const confirmedAt = ref<string | null>(null);
  /** The code of why it was refused. */
  const refusal = ref<string | null>(null);
  /** What else went wrong. */
  const error = shallowRef<unknown>(null);
  const busy = ref(false);
  /** One code is scanned once: trying again after a lost connection has the answer of the first time. */
  let intent: { code: string; key: string } | null = null;

  async function doing(what: () => Promise<void>): Promise<void> {
    if (busy.value) return;
    busy.value = true;
    refusal.value = error.value = null;
    try {
      await what();
    } catch (thrown) {
      if (thrown instanceof Refused && nextAfter(thrown.code)) refusal.value = thrown.code;
      else error.value = thrown;
    } finally {
      busy.value = false;
    }
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
      if (!scan.value) return;
      confirmedAt.value = (await door.confirm(scan.value.scan, scan.value.entry_token)).confirmed_at;
    });
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
    again,
  };
}
