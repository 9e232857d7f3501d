// A request as it is typed: what is wrong with it, and what is sent.
import type { components } from "@kit/api/generated/intake";
import { momentAt } from "@kit/zone";

import { isPhone } from "../caller/asked";

const MINUTE_MS = 60_000;

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

/** The fields, in the order in which they are filled in. */
export const FIELDS = ["item", "area", "at", "name", "phone", "address"] as const;
export type Field = (typeof FIELDS)[number];

/** What is wrong with a field: nothing stands there, a time that is over, or what is no number to call. */
export type Fault = "lacks" | "past" | "number";
export type Faults = Partial<Record<Field, Fault>>;

/** `entersHome`: whether somebody comes to the citizen's home, and has to find it; `now` in milliseconds since 1970. */
export function faultsOf(draft: Draft, zone: string, entersHome: boolean, now: number): Faults {
  const lacks: Record<Field, boolean> = {
    item: !draft.item,
    area: !draft.area,
    at: draft.when === "at" && wantedAt(draft.at, zone) === null,
    name: !draft.name.trim(),
    phone: !draft.phone.trim(),
    address: entersHome && draft.address.trim().length < 2,
  };
  const faults: Faults = {};
  for (const field of FIELDS) if (lacks[field]) faults[field] = "lacks";
  if (isPast(draft, zone, now)) faults.at = "past";
  if (!lacks.phone && !isPhone(draft.phone)) faults.phone = "number";
  return faults;
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
