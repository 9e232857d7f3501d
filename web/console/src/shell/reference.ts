// What the codes of services and places mean: the catalogue, asked once per visit.
import { data } from "@kit/api/client";
import type { components } from "@kit/api/generated/credit";
import { useLanguage } from "@kit/words";
import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";

import { useContext } from "./context";

type Category = components["schemas"]["Category"];
type Item = components["schemas"]["Item"];

export interface ItemEntry {
  code: string;
  /** Chinese, English, and what it belongs to: what a search looks through. */
  names: string[];
  item: Item;
  category: Category;
}

export interface PlaceEntry {
  code: number;
  names: string[];
  name: string;
  district: string;
}

export function useReference() {
  const { api, city } = useContext();
  const { language } = useLanguage();
  const query = useQuery({
    queryKey: ["catalogue"],
    queryFn: () => data(api.credit.GET("/v1/catalogue")),
    staleTime: Infinity,
    gcTime: Infinity,
  });
  const categories = computed(() => query.data.value?.categories ?? []);
  const cities = computed(() => query.data.value?.cities ?? []);
  const items = computed<ItemEntry[]>(() =>
    categories.value.flatMap((category) =>
      category.items.map((item) => ({
        code: item.code,
        names: [item.names.zh, item.names.en, category.names.zh, category.names.en],
        item,
        category,
      })),
    ),
  );
  const places = computed<PlaceEntry[]>(() =>
    (cities.value.find((one) => one.city === city)?.districts ?? []).flatMap((district) =>
      district.areas.map((area) => ({
        code: area.area,
        names: [area.name, district.name],
        name: area.name,
        district: district.name,
      })),
    ),
  );
  const itemByCode = computed(() => new Map(items.value.map((entry) => [entry.code, entry])));
  const categoryByCode = computed(() => new Map(categories.value.map((category) => [category.code, category])));
  const placeByCode = computed(() => new Map(places.value.map((place) => [place.code, place])));
  return {
    categories,
    cities,
    items,
    places,
    error: query.error,
    again: () => void query.refetch(),
    item: (code: string) => itemByCode.value.get(code),
    place: (code: number) => placeByCode.value.get(code),
    /** As it is called in the language that is chosen; the code until the catalogue is there. */
    itemName: (code: string) => itemByCode.value.get(code)?.item.names[language.value] ?? code,
    categoryName: (code: string) => categoryByCode.value.get(code)?.names[language.value] ?? code,
    /** 海曙区 · 南门街道 */
    placeName: (code: number) => {
      const place = placeByCode.value.get(code);
      return place ? `${place.district} · ${place.name}` : String(code);
    },
  };
}
