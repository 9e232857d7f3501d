// How a front end hands over what it scanned: it opens this page in a window and sends messages, once the page said that
// it is there. Nobody frames it: a click that lets somebody in is not one that another page could borrow. Only front ends
// whose origin the deployment names are heard: nobody can make our page show a colour by a link.
import type { components } from "@kit/api/generated/credit";
import { onScopeDispose, readonly, ref, shallowRef } from "vue";

export type ScanResult = components["schemas"]["ScanResult"];
type ConfirmedEntry = components["schemas"]["ConfirmedEntry"];

/** What the front end says. */
type Told =
  | { type: "81890.door.scan"; result: ScanResult }
  | { type: "81890.door.entry"; entry: ConfirmedEntry }
  | { type: "81890.door.refused"; code: string };
/** What this page says: that it is there, and that the citizen lets the worker in. */
type Asked = { type: "81890.door.ready" } | { type: "81890.door.confirm"; scan: string };

export function useHandover(channels: readonly string[]) {
  const scan = shallowRef<ScanResult | null>(null);
  const confirmedAt = ref<string | null>(null);
  const refusal = ref<string | null>(null);
  const busy = ref(false);
  let from: { window: Window; origin: string } | null = null;

  function hear(event: MessageEvent<unknown>): void {
    const told = heardFrom(channels, event.origin, event.data);
    if (!told || !isWindow(event.source)) return;
    from = { window: event.source, origin: event.origin };
    busy.value = false;
    if (told.type === "81890.door.scan") {
      scan.value = told.result;
      confirmedAt.value = refusal.value = null;
    } else if (told.type === "81890.door.entry") confirmedAt.value = told.entry.confirmed_at;
    else refusal.value = told.code;
  }

  function confirm(): void {
    if (!scan.value || !from) return;
    busy.value = true;
    refusal.value = null;
    const asked: Asked = { type: "81890.door.confirm", scan: scan.value.scan };
    from.window.postMessage(asked, from.origin);
  }

  window.addEventListener("message", hear);
  onScopeDispose(() => window.removeEventListener("message", hear));
  const opener: Window | null = window.opener;
  const ready: Asked = { type: "81890.door.ready" };
  if (opener) for (const origin of channels) opener.postMessage(ready, origin);
  return { scan, confirmedAt: readonly(confirmedAt), refusal: readonly(refusal), busy: readonly(busy), confirm };
}

function isWindow(source: MessageEventSource | null): source is Window {
  return source !== null && "closed" in source;
}

/** The message, if it is from a front end that is named and has its form. */
export function heardFrom(channels: readonly string[], origin: string, message: unknown): Told | null {
  if (!channels.includes(origin) || !isRecord(message)) return null;
  const { type } = message;
  if (type === "81890.door.scan" && isScan(message.result)) return { type, result: message.result };
  if (type === "81890.door.entry" && isEntry(message.entry)) return { type, entry: message.entry };
  if (type === "81890.door.refused" && typeof message.code === "string") return { type, code: message.code };
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

const COLOURS: readonly unknown[] = ["green", "yellow", "red", undefined, null];
const STATUSES: readonly unknown[] = ["affiliated", "suspended", "removed", "left"];
const GRADES: readonly unknown[] = ["AAA", "AA", "A", "B", "C", "D"];

function isScan(value: unknown): value is ScanResult {
  return (
    isRecord(value) &&
    ["scan", "scanned_at", "masked_name", "number", "merchant"].every((name) => typeof value[name] === "string") &&
    typeof value.identifies_only === "boolean" &&
    typeof value.under_objection === "boolean" &&
    GRADES.includes(value.grade) &&
    STATUSES.includes(value.merchant_status) &&
    COLOURS.includes(value.colour)
  );
}

function isEntry(value: unknown): value is ConfirmedEntry {
  return isRecord(value) && typeof value.confirmed_at === "string";
}
