// Prices as somebody types them, and as they are posted.
import type { components } from "@kit/api/generated/credit";

type Change = components["schemas"]["PriceChange"];

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

/** What is posted; null while something lacks or is no amount. */
export function changeOf(line: Line): Change | null {
  const valid_from = line.validFrom;
  if (!line.item) return null;
  if (line.gone) return { item: line.item, price: null, valid_from };
  const [from, to] = [fen(line.from), line.to.trim() ? fen(line.to) : undefined];
  const surcharges = line.extras.map(({ name, amount, unit }) => ({
    name: name.trim(),
    amount: fen(amount) ?? -1,
    unit: unit.trim() || undefined,
  }));
  const fits = from !== null && to !== null && (to === undefined || to >= from) && line.unit.trim() !== "";
  if (!fits || surcharges.some(({ name, amount }) => !name || amount < 0)) return null;
  const price = { from, to, unit: line.unit.trim(), note: line.note.trim() || undefined, surcharges };
  return { item: line.item, price, valid_from };
}
