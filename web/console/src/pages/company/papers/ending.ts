// In how many of one's categories something is missing, or ends soon.
import { data } from "@kit/api/client";
import type { components } from "@kit/api/generated/credit";
import { trouble } from "@kit/api/problem";
import { nowThere } from "@kit/now";
import { exactly, type Total } from "@kit/total";

import type { Context } from "../../../shell/context";

const SOON_MS = 30 * 86_400_000;

type Admitted = Pick<components["schemas"]["CategoryAdmission"], "missing" | "until">;

export async function ending({ api, city, session }: Context): Promise<Total> {
  const id = session.merchant.value ?? "";
  try {
    const asked = api.credit.GET("/v1/merchants/{id}/file", { params: { path: { id }, query: { city } } });
    const { categories } = await data(asked);
    return exactly(toRenew(categories, nowThere()));
  } catch (error) {
    // Who has not applied yet has no file.
    if (trouble(error) === "not-found") return exactly(0);
    throw error;
  }
}

export function toRenew(categories: readonly Admitted[], now: number): number {
  const endsSoon = ({ until }: Admitted) => until != null && Date.parse(until) - now < SOON_MS;
  return categories.filter((one) => one.missing.length > 0 || endsSoon(one)).length;
}
