// One objection without what the merchant says, found in the list: opening it in the clear is recorded.
import { type Api, data } from "@kit/api/client";
import type { components } from "@kit/api/generated/credit";

export type Objection = components["schemas"]["Objection"];
const PAGE = 200;
const PAGES_MAX = 10;

export async function findObjection(
  api: Api,
  city: number,
  id: string,
  merchant: string | undefined,
): Promise<Objection | null> {
  let after: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const found = await data(
      api.credit.GET("/v1/objections", { params: { query: { city, merchant, limit: PAGE, after } } }),
    );
    const one = found.items.find((item) => item.id === id);
    if (one || !found.next) return one ?? null;
    after = found.next;
  }
  return null;
}
