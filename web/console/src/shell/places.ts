// The catalogue: services by their code, streets by theirs. Changes seldom, is asked for once.
import { data } from "@kit/api/client";
import { useLanguage } from "@kit/words";
import { useQuery } from "@tanstack/vue-query";
import { computed } from "vue";
import { useI18n } from "vue-i18n";

import { useContext } from "./context";

export function useCatalogue() {
  const { api, city } = useContext();
  const { language } = useLanguage();
  const { t, te } = useI18n({ useScope: "global" });
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
  const areas = computed(
    () =>
      new Map(
        districts.value.flatMap((district) =>
          district.areas.map(({ area, name }): [number, string] => [area, `${district.name} ${name}`]),
        ),
      ),
  );
  const word = (code: string | null | undefined): string => {
    if (!code) return "–";
    // Papers that the rules of admission demand of everybody are in no category.
    return words.value.get(code) ?? (te(`qualification.${code}`) ? t(`qualification.${code}`) : code);
  };
  return {
    categories: computed(() => query.data.value?.categories ?? []),
    districts,
    /** A category, an item or a qualification in words; its code while the catalogue is not there. */
    word,
    /** Several of them, as the language lists things. */
    listed: (codes: readonly string[]) => codes.map(word).join(language.value === "zh" ? "、" : ", "),
    area: (area: number) => areas.value.get(area) ?? String(area),
  };
}
