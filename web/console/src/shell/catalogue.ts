import { useCatalogueOf } from "@kit/catalogue";

import { useContext } from "./context";

export function useCatalogue() {
  const { api, city } = useContext();
  return useCatalogueOf(api, city);
}
