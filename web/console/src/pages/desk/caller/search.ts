// The requests of a caller, by the phone number, or the one with a tracking code. Each search by a number is put on record,
// so it is made when somebody says so and never by itself; what was typed stands in no address, and what was found is held
// nowhere but on the screen.
import { data } from "@kit/api/client";
import type { components } from "@kit/api/generated/intake";
import { onScopeDispose, ref, shallowRef } from "vue";

import { useContext } from "../../../shell/context";
import type { Sought } from "./asked";

type Request = components["schemas"]["Request"];

const SHOWN = 20;

export function useCallerSearch() {
  const { api, city } = useContext();
  const found = shallowRef<Request[]>();
  const rest = shallowRef<{ sought: Sought; after: string } | null>(null);
  const busy = ref(false);
  const error = shallowRef<unknown>(null);
  /** An answer that comes after another question, or after it was forgotten, is not shown. */
  let question = 0;

  async function ask(sought: Sought, after?: string): Promise<void> {
    const asked = ++question;
    busy.value = true;
    error.value = null;
    try {
      const params = { query: { city, limit: SHOWN, after } };
      const page = await data(api.intake.POST("/v1/requests/search", { params, body: sought }));
      if (asked !== question) return;
      found.value = after ? [...(found.value ?? []), ...page.items] : page.items;
      rest.value = page.next ? { sought, after: page.next } : null;
    } catch (thrown) {
      if (asked === question) error.value = thrown;
    } finally {
      if (asked === question) busy.value = false;
    }
  }

  function forget(): void {
    question += 1;
    busy.value = false;
    error.value = null;
    found.value = undefined;
    rest.value = null;
  }
  onScopeDispose(forget);

  return {
    found,
    error,
    busy,
    hasMore: () => rest.value !== null,
    search: (sought: Sought) => {
      forget();
      return ask(sought);
    },
    more: () => rest.value && ask(rest.value.sought, rest.value.after),
    forget,
  };
}
