// Dispatching a request, for as long as its page is open: the form of it is gone as soon as the request is out, by
// whomever, and what became of one's own choice is to be told all the same.
import { data } from "@kit/api/client";
import type { components } from "@kit/api/generated/dispatch";
import { useWords } from "@kit/words";
import { shallowRef } from "vue";

import { useCommand } from "../../../shell/command";
import { useContext } from "../../../shell/context";
import { type First, firstOf } from "./first";

export function useDispatching(request: string) {
  const { api, city, session } = useContext();
  const { t } = useWords({ zh: { done: "已派单" }, en: { done: "Dispatched" } });
  /** Whether one's own choice waits for a second person. */
  const isProposed = shallowRef(false);
  /** Whose choice stands instead of one's own. */
  const first = shallowRef<First | null>(null);
  const command = useCommand(
    async (body: components["schemas"]["AssignBody"]) => {
      const params = { path: { request }, query: { city } };
      const found = await data(api.dispatch.POST("/v1/jobs/{request}/assignments", { params, body }));
      first.value = firstOf(found, body.merchant ?? undefined, session.current.value?.profile.sub);
      isProposed.value = "proposal" in found && first.value === null;
    },
    {
      touches: ["request", "requests", "jobs", "assignments", "board", "proposals"],
      done: () => (isProposed.value || first.value ? "" : t("done")),
    },
  );
  return { command, isProposed, first };
}

export type Dispatching = ReturnType<typeof useDispatching>;
