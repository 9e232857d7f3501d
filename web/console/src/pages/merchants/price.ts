// A posted price as people read it, and the one that held at some moment.
import type { components } from "@kit/api/generated/credit";
import type { useFormat } from "@kit/format";

type Schemas = components["schemas"];
type Price = Schemas["Price"];
export type PriceEntry = Schemas["PriceEntry"];
type Format = Pick<ReturnType<typeof useFormat>, "yuan">;

export function amount(format: Format, price: Price): string {
  const range = price.to ? `${format.yuan(price.from)}–${format.yuan(price.to)}` : format.yuan(price.from);
  return `${range} / ${price.unit}`;
}

/** What is charged besides, and what it depends on; empty where there is nothing. */
export function extras(format: Format, price: Price | null | undefined): string {
  return (price?.surcharges ?? [])
    .map((one) => `${one.name} ${format.yuan(one.amount)}${one.unit ? ` / ${one.unit}` : ""}`)
    .concat(price?.note ?? [])
    .join("；");
}

/** What was posted of an item that held then: the last that began before; of two that began together, the later one. */
export function heldAt(posted: readonly PriceEntry[], at: string): PriceEntry | undefined {
  const began = (entry: PriceEntry) => [Date.parse(entry.valid_from), Date.parse(entry.recorded_at)] as const;
  return posted
    .filter((entry) => Date.parse(entry.valid_from) <= Date.parse(at))
    .toSorted((one, other) => began(one)[0] - began(other)[0] || began(one)[1] - began(other)[1])
    .at(-1);
}
