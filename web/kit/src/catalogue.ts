// The catalogue: services by their code, streets by theirs. Changes seldom, is asked for once.
import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";
import { useI18n } from "vue-i18n";

import { data, type Api } from "./api/client";
import type { components } from "./api/generated/credit";
import { useFormat } from "./format";
import { useLanguage } from "./words";

type Category = components["schemas"]["Category"];
type Item = components["schemas"]["Item"];

/** What a search looks through: Chinese, English, what callers say, and what it belongs to. */
export interface ItemEntry {
  code: string;
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

export function useCatalogueOf(api: Api, city: number) {
  const { language } = useLanguage();
  const { list } = useFormat();
  const { t, te } = useI18n({ useScope: "global" });
  const query = useQuery({
    queryKey: ["catalogue"],
    queryFn: () => data(api.credit.GET("/v1/catalogue")),
    staleTime: Infinity,
    gcTime: Infinity,
  });
  const categories = computed(() => query.data.value?.categories ?? []);
  const cities = computed(() => query.data.value?.cities ?? []);
  const districts = computed(() => cities.value.find((one) => one.city === city)?.districts ?? []);
  const items = computed<ItemEntry[]>(() =>
    categories.value.flatMap((category) =>
      category.items.map((item) => ({
        code: item.code,
        names: [item.names.zh, item.names.en, ...(item.aliases ?? []), category.names.zh, category.names.en],
        item,
        category,
      })),
    ),
  );
  const places = computed<PlaceEntry[]>(() =>
    districts.value.flatMap((district) =>
      district.areas.map((area) => ({
        code: area.area,
        names: [area.name, district.name],
        name: area.name,
        district: district.name,
      })),
    ),
  );
  const itemByCode = computed(() => new Map(items.value.map((entry) => [entry.code, entry])));
  const placeByCode = computed(() => new Map(places.value.map((place) => [place.code, place])));
  const districtByCode = computed(() => new Map(districts.value.map(({ district, name }) => [district, name])));
  const words = computed(() => {
    const named = categories.value.flatMap((category) => [category, ...category.items, ...category.qualifications]);
    return new Map(named.map(({ code, names }): [string, string] => [code, names[language.value]]));
  });
  const word = (code: string | null | undefined): string => {
    if (!code) return "–";
    // Papers that the rules of admission demand of everybody are in no category.
    return words.value.get(code) ?? (te(`qualification.${code}`) ? t(`qualification.${code}`) : code);
  };
  return {
    categories,
    cities,
    districts,
    items,
    places,
    error: query.error,
    again: () => void query.refetch(),
    item: (code: string) => itemByCode.value.get(code),
    place: (code: number) => placeByCode.value.get(code),
    /** A category, an item or a qualification in words; its code while the catalogue is not there. */
    word,
    /** Several of them, as the language lists things. */
    listed: (codes: readonly string[]) => list(codes.map(word)),
    /** A street with its district, 海曙区 · 南门街道, or a district. */
    placeName: (code: number) => {
      const place = placeByCode.value.get(code);
      return place ? `${place.district} · ${place.name}` : (districtByCode.value.get(code) ?? String(code));
    },
  };
}
