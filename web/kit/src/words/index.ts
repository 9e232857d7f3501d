// Words of the pages: Chinese first, English second. Each page brings its own (`useWords`); what all share stands in
// `common.ts`, words of the domain in `domain.ts` and `credit.ts`.
import type { Ref } from "vue";
import { createI18n, useI18n } from "vue-i18n";

import { common } from "./common";
import { credit } from "./credit";
import { domain } from "./domain";

export type Language = "zh" | "en";
/** The same words in both languages: a word that one lacks does not compile. */
export interface Words<T extends object> {
  zh: T;
  en: { [K in keyof T]: T[K] extends string ? string : T[K] };
}

const KEPT_AS = "81890.language";

/** The language that was chosen on this device; else the browser's first, Chinese if it has neither. */
function preferredLanguage(): Language {
  const chosen = localStorage.getItem(KEPT_AS) ?? navigator.language;
  return chosen.toLowerCase().startsWith("en") ? "en" : "zh";
}

export function createWords(language: Language = preferredLanguage()): ReturnType<typeof createI18n> {
  document.documentElement.lang = tag(language);
  return createI18n({
    legacy: false,
    locale: language,
    fallbackLocale: "zh",
    messages: { zh: { ...common.zh, ...domain.zh, ...credit.zh }, en: { ...common.en, ...domain.en, ...credit.en } },
    missingWarn: import.meta.env.DEV,
    fallbackWarn: import.meta.env.DEV,
  });
}

/** Changes the language of everything that is shown, and keeps it for the next visit. */
export function useLanguage() {
  const { locale } = useI18n({ useScope: "global" });
  return {
    language: locale as Ref<Language>,
    choose(language: Language) {
      locale.value = language;
      localStorage.setItem(KEPT_AS, language);
      document.documentElement.lang = tag(language);
    },
  };
}

/** The words of one page or component, beside those that all share. */
export function useWords<T extends object>(words: Words<T>) {
  return useI18n({ useScope: "local", messages: words as unknown as Record<Language, Record<string, string>> });
}

/** As HTML and `Intl` name it. */
export function tag(language: Language): string {
  return language === "zh" ? "zh-CN" : "en-GB";
}
