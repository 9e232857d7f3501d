// What every page has: the services, asked without a login, and what the deployment says.
import type { Api } from "@kit/api/client";
import { useCatalogueOf } from "@kit/catalogue";
import { inject, type InjectionKey } from "vue";

export interface Settings {
  /** The city whose pages these are, such as 330200. */
  city: number;
  zone: string;
  /** Origins of the front ends that may show our pages in theirs and hand a scan over. */
  channels: string[];
}

export interface Context {
  api: Api;
  settings: Settings;
}

export const CONTEXT: InjectionKey<Context> = Symbol("context");

export function useContext(): Context {
  const context = inject(CONTEXT);
  if (!context) throw new Error("outside of the pages");
  return context;
}

export function useCatalogue() {
  const { api, settings } = useContext();
  return useCatalogueOf(api, settings.city);
}
