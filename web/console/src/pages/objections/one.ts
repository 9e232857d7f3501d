// One objection without what the merchant says, out of the list: opening it in the clear is recorded, and must be a
// decision of its own.
import { type Api, data } from "@kit/api/client";
import type { components } from "@kit/api/generated/credit";

export type Objection = components["schemas"]["Objection"];

export async function findObjection(api: Api, city: number, id: string): Promise<Objection | null> {
  const { items } = await data(api.credit.GET("/v1/objections", { params: { query: { city, id } } }));
  return items[0] ?? null;
}
