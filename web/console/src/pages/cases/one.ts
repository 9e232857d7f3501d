// One case without what people said, out of the list: reading that is for who rules on it, and is recorded.
import { type Api, data } from "@kit/api/client";
import type { components } from "@kit/api/generated/feedback";

/** With what people said, for who may read that. */
export type Case = components["schemas"]["Case"] & Partial<components["schemas"]["CaseInTheClear"]>;

export async function findCase(api: Api, city: number, id: string): Promise<Case | null> {
  const { items } = await data(api.feedback.GET("/v1/cases", { params: { query: { city, id } } }));
  return items[0] ?? null;
}
