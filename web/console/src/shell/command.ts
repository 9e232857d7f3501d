// Doing something: one place for the key that makes a retry safe, for what is shown meanwhile, for what went wrong,
// and for what is to be read anew.
import { stoppedBy, trouble } from "@kit/api/problem";
import { useQueryClient } from "@tanstack/vue-query";
import { ElMessage } from "element-plus/es/components/message/index.mjs";
import "element-plus/es/components/message/style/css.mjs";
import { ref, shallowRef } from "vue";

import type { Typed } from "./draft";

export interface Command<Input> {
  busy: Readonly<{ value: boolean }>;
  error: { value: unknown };
  /** True when it was done. */
  run: (input: Input) => Promise<boolean>;
}

/** `action` gets what to do and the Idempotency-Key: the same one until it was done, so that trying again after a
 *  lost connection has one effect. `touches` are the beginnings of the query keys to read anew; `typed` is the form that it
 *  sends, forgotten once it was done. */
export function useCommand<Input>(
  action: (input: Input, key: string) => Promise<unknown>,
  options: { touches: string[]; done?: string | (() => string); typed?: Pick<Typed, "forget"> },
): Command<Input> {
  const busy = ref(false);
  const error = shallowRef<unknown>(null);
  const client = useQueryClient();
  const anew = () => Promise.all(options.touches.map((key) => client.invalidateQueries({ queryKey: [key] })));
  let intent: { input: string; key: string } | null = null;

  async function run(input: Input): Promise<boolean> {
    if (busy.value) return false;
    const text = JSON.stringify(input) ?? "";
    if (intent?.input !== text) intent = { input: text, key: crypto.randomUUID() };
    busy.value = true;
    error.value = null;
    try {
      await action(input, intent.key);
      intent = null;
    } catch (thrown) {
      error.value = stoppedBy(thrown);
      // It may be no more what was looked at.
      if (trouble(thrown) === "refused") void anew();
      return false;
    } finally {
      busy.value = false;
    }
    await anew();
    const done = typeof options.done === "function" ? options.done() : options.done;
    if (done) ElMessage({ message: done, type: "success", duration: 3_000, showClose: true });
    options.typed?.forget();
    return true;
  }
  return { busy, error, run };
}
