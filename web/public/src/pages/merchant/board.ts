import { data } from "@kit/api/client";
import { useFormat } from "@kit/format";
import type { components } from "@kit/api/generated/credit";
import { useQuery } from "@tanstack/vue-query";

import { useContext } from "../../shell/context";

type Price = components["schemas"]["Price"];

/** What everybody may know of a merchant: grade, promises, prices. */
export function useBoard(id: string) {
  const { api, settings } = useContext();
  return useQuery({
    queryKey: ["board", id],
    queryFn: () =>
      data(
        api.credit.GET("/v1/merchants/{id}/price-board", { params: { path: { id }, query: { city: settings.city } } }),
      ),
  });
}

/** Where the sheet made for a printer is. */
export function sheetPath(id: string, city: number): string {
  return `/credit/v1/merchants/${id}/price-board.pdf?city=${city}`;
}

export function usePrice() {
  const format = useFormat();
  return {
    /** 260–320 */
    amount: ({ from, to }: Price) =>
      to && to !== from ? `${format.yuan(from)}–${format.yuan(to)}` : format.yuan(from),
    yuan: format.yuan,
  };
}
