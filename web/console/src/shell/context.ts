// What every page has: the services, the session, the city. Made once in `main.ts`.
import type { Api } from "@kit/api/client";
import type { Session } from "@kit/session/session";
import { inject, type InjectionKey } from "vue";

import type { NameOf } from "./colleagues";

export interface Context {
  api: Api;
  session: Session;
  /** What colleagues are called. */
  nameOf: NameOf;
  /** The city whose pages these are, such as 330200. */
  city: number;
}

export const CONTEXT: InjectionKey<Context> = Symbol("context");

export function useContext(): Context {
  const context = inject(CONTEXT);
  if (!context) throw new Error("outside of the console");
  return context;
}
