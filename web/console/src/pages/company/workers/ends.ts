// How many of one's workers are not green, or will not be in a month unless a paper is renewed.
import { trouble } from "@kit/api/problem";
import { counted, exactly, HOW_MANY, type Total } from "@kit/total";

import type { Context } from "../../../shell/context";

export async function ends({ api, city, session }: Context): Promise<Total> {
  const path = { id: session.merchant.value ?? "" };
  try {
    return await counted(
      api.credit.GET("/v1/merchants/{id}/workers", {
        params: { path, query: { city, ends_soon: true, ...HOW_MANY } },
      }),
    );
  } catch (error) {
    // Who has not applied yet enrols nobody.
    if (trouble(error) === "not-found") return exactly(0);
    throw error;
  }
}
