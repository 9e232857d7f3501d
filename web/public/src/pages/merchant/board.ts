import { AFRESH, data } from "@kit/api/client";
import { nowThere } from "@kit/now";
import { useQuery } from "@tanstack/vue-query";

import { useContext } from "../../shell/context";

/** How often an open page asks anew: a grade can fall while it is read. */
export const EVERY_MS = 30_000;

/** What everybody may know of a merchant: grade, promises, prices; and as of when. */
export function useBoard(id: string) {
  const { api, settings } = useContext();
  return useQuery({
    queryKey: ["board", id],
    queryFn: async () => {
      const params = { path: { id }, query: { city: settings.city } };
      const board = await data(api.credit.GET("/v1/merchants/{id}/price-board", { ...AFRESH, params }));
      return { ...board, asOf: new Date(nowThere()).toISOString() };
    },
    refetchInterval: EVERY_MS,
    refetchOnWindowFocus: "always",
  });
}
