// Files that only who is logged in may have: fetched with the token, then handed to the browser.
import { KEPT_MS, save } from "@kit/saving";

import type { Command } from "./command";
import { useCommand } from "./command";

/** Saves what `fetched` brings under the name that goes with it. */
export function useFile<Input>(
  fetched: (input: Input) => Promise<Blob>,
  name: (input: Input) => string,
): Command<Input> {
  return useCommand<Input>(async (input) => save(await fetched(input), name(input)), { touches: [] });
}

/** A page that is shown in a window of its own. */
export function show(file: Blob): void {
  const url = URL.createObjectURL(file);
  window.open(url, "_blank", "noopener");
  window.setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}
