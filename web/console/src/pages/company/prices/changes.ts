// Prices as somebody types them, and as they are posted.
import type { components } from "@kit/api/generated/credit";

type Change = components["schemas"]["PriceChange"];
type Entry = components["schemas"]["PriceEntry"];

export interface Line {
  item: string;
  from: string;
  to: string;
  unit: string;
  note: string;
  extras: { name: string; amount: string; unit: string }[];
  validFrom: string | null;
  /** No longer offered. */
  gone: boolean;
}

export function emptyLine(): Line {
  return { item: "", from: "", to: "", unit: "次", note: "", extras: [], validFrom: null, gone: false };
}

/** Yuan as typed, such as `12.5`, in fen; null for what is no amount. Digits alone decide: no rounding. */
export function fen(typed: string): number | null {
  const found = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(typed.trim());
  return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : null;
}

/** What is wrong with a field of a line. */
export type Wrong = "lacks" | "amount" | "order" | "past";
type Field = "item" | "from" | "to" | "unit" | "extras" | "validFrom";

/** What is wrong with a line, by its field; `today` is when the day in the city began. */
export function wrongs(line: Line, today: string): Partial<Record<Field, Wrong>> {
  const found: Partial<Record<Field, Wrong>> = {};
  if (!line.item) found.item = "lacks";
  if (line.validFrom !== null && Date.parse(line.validFrom) < Date.parse(today)) found.validFrom = "past";
  if (line.gone) return found;
  const [from, to] = [fen(line.from), fen(line.to)];
  if (from === null) found.from = line.from.trim() ? "amount" : "lacks";
  if (line.to.trim() && to === null) found.to = "amount";
  else if (from !== null && to !== null && to < from) found.to = "order";
  if (!line.unit.trim()) found.unit = "lacks";
  if (line.extras.some(({ name, amount }) => !name.trim() || fen(amount) === null)) found.extras = "amount";
  return found;
}

/** What is posted; null while something lacks or is wrong. */
export function changeOf(line: Line, today: string): Change | null {
  if (Object.keys(wrongs(line, today)).length > 0) return null;
  const valid_from = line.validFrom;
  if (line.gone) return { item: line.item, price: null, valid_from };
  const surcharges = line.extras.map(({ name, amount, unit }) => ({
    name: name.trim(),
    amount: fen(amount) ?? 0,
    unit: unit.trim() || undefined,
  }));
  const to = line.to.trim() ? (fen(line.to) ?? undefined) : undefined;
  const note = line.note.trim() || undefined;
  return {
    item: line.item,
    price: { from: fen(line.from) ?? 0, to, unit: line.unit.trim(), note, surcharges },
    valid_from,
  };
}

/** The line of an item as it is posted at present; an item without a price leaves the line as it is. */
export function asPosted(line: Line, entries: readonly Entry[], now: number): Line {
  const posted = entries.findLast(({ item, valid_from }) => item === line.item && Date.parse(valid_from) <= now);
  const price = posted?.price;
  if (!price) return line;
  const extras = (price.surcharges ?? []).map(({ name, amount, unit }) => ({
    name,
    amount: yuan(amount),
    unit: unit ?? "",
  }));
  const to = price.to ? yuan(price.to) : "";
  return { ...line, from: yuan(price.from), to, unit: price.unit, note: price.note ?? "", extras };
}

/** Fen as somebody would type them in yuan. */
function yuan(amount: number): string {
  const cents = amount % 100;
  const whole = String((amount - cents) / 100);
  return cents ? `${whole}.${String(cents).padStart(2, "0")}` : whole;
}
