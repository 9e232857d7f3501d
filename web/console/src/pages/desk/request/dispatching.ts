// Dispatching a request, for as long as its page is open: the form of it is gone as soon as the request is out, by
// whomever, and what became of one's own choice is to be told all the same.
import { data } from "@kit/api/client";
import { Refused } from "@kit/api/problem";
import type { components } from "@kit/api/generated/dispatch";
import { shallowRef } from "vue";

import { useCommand } from "../../../shell/command";
import { useContext } from "../../../shell/context";
import { type First, firstOf } from "./first";

/** Dispatch hears of a request a moment after it was taken in: a quick hand presses before that. */
const HEARS_WITHIN_MS = 5_000;
const AGAIN_AFTER_MS = 300;

async function onceHeard<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  const latest = performance.now() + HEARS_WITHIN_MS;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const isUnheard = error instanceof Refused && error.code === "unknown-request";
      if (!isUnheard || performance.now() > latest) throw error;
      await new Promise((again) => setTimeout(again, AGAIN_AFTER_MS));
    }
  }
}

/** `done` is what to say when it was dispatched. */
export function useDispatching(request: string, done: () => string) {
  const { api, city, session } = useContext();
  /** Whether one's own choice waits for a second person. */
  const isProposed = shallowRef(false);
  /** Whose choice stands instead of one's own. */
  const first = shallowRef<First | null>(null);
  const command = useCommand(
    async (body: components["schemas"]["AssignBody"]) => {
      const params = { path: { request }, query: { city } };
      const found = await onceHeard(() => data(api.dispatch.POST("/v1/jobs/{request}/assignments", { params, body })));
      first.value = firstOf(found, body.merchant ?? undefined, session.current.value?.profile.sub);
      isProposed.value = "proposal" in found && first.value === null;
    },
    {
      touches: ["request", "requests", "jobs", "assignments", "board", "proposals"],
      done: () => (isProposed.value || first.value ? "" : done()),
    },
  );
  return { command, isProposed, first };
}

export type Dispatching = ReturnType<typeof useDispatching>;
