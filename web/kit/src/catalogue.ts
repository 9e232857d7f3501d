// The catalogue: services by their code, streets by theirs. Changes seldom, is asked for once.
import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";

import { data, type Api } from "./api/client";
import { useLanguage } from "./words";

export function useCatalogueOf(api: Api, city: number) {
  const { language } = useLanguage();
  const query = useQuery({
    queryKey: ["catalogue"],
    queryFn: () => data(api.credit.GET("/v1/catalogue")),
    staleTime: Infinity,
  });
  const words = computed(() => {
    const found = new Map<string, string>();
    for (const category of query.data.value?.categories ?? []) {
      found.set(category.code, category.names[language.value]);
      for (const item of category.items) found.set(item.code, item.names[language.value]);
      for (const paper of category.qualifications) found.set(paper.code, paper.names[language.value]);
    }
    return found;
  });
  const districts = computed(() => query.data.value?.cities.find((place) => place.city === city)?.districts ?? []);
  const places = computed(
    () =>
      new Map(
        districts.value.flatMap((district) => [
          [district.district, district.name] as const,
          ...district.areas.map(({ area, name }) => [area, `${district.name} ${name}`] as const),
        ]),
      ),
  );
  return {
    categories: computed(() => query.data.value?.categories ?? []),
    districts,
    /** A category, an item or a qualification in words; its code while the catalogue is not there. */
    word: (code: string | null | undefined) => (code ? (words.value.get(code) ?? code) : "–"),
    /** A district or a street. */
    place: (code: number) => places.value.get(code) ?? String(code),
  };
}
