// The merchant whose account is logged in.
import { data } from "@kit/api/client";
import { useQuery } from "@tanstack/vue-query";

import { useContext } from "../../shell/context";

export function useOwn() {
  const { api, city, session } = useContext();
  /** Empty for an account that belongs to no merchant: such a one is refused by the services. */
  const id = session.merchant.value ?? "";
  const merchant = useQuery({
    queryKey: ["merchants", city, id],
    queryFn: () => data(api.credit.GET("/v1/merchants/{id}", { params: { path: { id }, query: { city } } })),
    enabled: id !== "",
  });
  return { api, city, session, id, merchant };
}
