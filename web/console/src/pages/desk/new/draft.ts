// A request as it is typed: what is wrong with it, and what is sent.
import type { components } from "@kit/api/generated/intake";
import { momentAt } from "@kit/zone";

import { isPhone } from "../caller/asked";

const MINUTE_MS = 60_000;
/** So far ahead the services take a request in. */
export const AHEAD_MS_MAX = 60 * 86_400_000;
const ADDRESS_CHARS_MIN = 2;

export type NewRequest = components["schemas"]["NewRequest"];

export interface Draft {
  item?: string;
  area?: number;
  address: string;
  /** As soon as possible, or at a time on the city's clock. */
  when: "soon" | "at";
  at: string;
  name: string;
  phone: string;
  description: string;
  mode: "auto" | "choose";
  /** Whom the citizen picked. */
  preferred?: string;
  /** What was sent last, and the key that it was sent with. */
  sent: { text: string; key: string } | null;
}

export const emptyDraft = (): Draft => ({
  item: undefined,
  area: undefined,
  address: "",
  when: "soon",
  at: "",
  name: "",
  phone: "",
  description: "",
  mode: "auto",
  preferred: undefined,
  sent: null,
});

/** The fields, in the order in which they stand on the page. */
export const FIELDS = ["item", "area", "name", "phone", "address", "at"] as const;
export type Field = (typeof FIELDS)[number];

/** What is wrong with a field: nothing stands there, no whole day and time, one that is over or too far ahead, what is no
 *  number to call, or no address yet. */
export type Fault = "lacks" | "partial" | "past" | "far" | "number" | "short";
export type Faults = Partial<Record<Field, Fault>>;

/** `entersHome`: whether somebody comes to the citizen's home, and has to find it; `now` in milliseconds since 1970. */
export function faultsOf(draft: Draft, zone: string, entersHome: boolean, now: number): Faults {
  const found: Record<Field, Fault | null> = {
    item: draft.item ? null : "lacks",
    area: draft.area ? null : "lacks",
    name: draft.name.trim() ? null : "lacks",
    phone: !draft.phone.trim() ? "lacks" : isPhone(draft.phone) ? null : "number",
    address: entersHome ? addressFault(draft.address.trim()) : null,
    at: draft.when === "at" ? timeFault(draft, zone, now) : null,
  };
  const faults: Faults = {};
  for (const field of FIELDS) if (found[field]) faults[field] = found[field];
  return faults;
}

function addressFault(address: string): Fault | null {
  if (!address) return "lacks";
  return address.length < ADDRESS_CHARS_MIN ? "short" : null;
}

/** What is wrong with the time that was agreed on. */
function timeFault(draft: Draft, zone: string, now: number): Fault | null {
  const at = wantedAt(draft.at, zone);
  if (at === null) return "partial";
  if (isPast(draft, zone, now)) return "past";
  return Date.parse(at) > now + AHEAD_MS_MAX ? "far" : null;
}

/** Whether the time that was agreed on is over. A minute is typed: the one under way is not. */
export function isPast(draft: Draft, zone: string, now: number): boolean {
  const at = draft.when === "at" ? wantedAt(draft.at, zone) : null;
  return at !== null && Date.parse(at) + MINUTE_MS <= now;
}

/** A time as it is typed on the city's clock, as a moment; null while it is half typed. */
export function wantedAt(at: string, zone: string): string | null {
  const isWhole = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(at) && !Number.isNaN(Date.parse(`${at}:00Z`));
  return isWhole ? momentAt(`${at}:00`, zone) : null;
}

/** What is handed in; null while nobody can say what and where. */
export function requestOf(draft: Draft, city: number, zone: string): NewRequest | null {
  if (!draft.item || !draft.area) return null;
  return {
    city,
    item: draft.item,
    area: draft.area,
    mode: draft.mode,
    preferred: draft.mode === "choose" ? draft.preferred : undefined,
    wanted_at: draft.when === "at" ? (wantedAt(draft.at, zone) ?? undefined) : undefined,
    contact: {
      name: draft.name.trim(),
      phone: draft.phone.replace(/[\s-]/g, ""),
      address: draft.address.trim() || undefined,
    },
    description: draft.description.trim() || undefined,
  };
}

/** The key of this request: the one it was sent with before, also after a reload, so that it is received once; a new
 *  one when something else is sent. */
export function intentOf(request: NewRequest, sent: Draft["sent"], fresh: () => string): NonNullable<Draft["sent"]> {
  const text = JSON.stringify(request);
  return sent?.text === text ? sent : { text, key: fresh() };
}
