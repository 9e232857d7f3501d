// How many dead letters are open at the four services.
import { exactly, together, type Total } from "@kit/total";

import type { Context } from "../../../shell/context";
import { waiting } from "../overview/state";
import { messages, SERVICES } from "../services";

export async function openLetters({ api }: Context): Promise<Total> {
  const said = await Promise.all(SERVICES.map((service) => messages(api, service).operations()));
  return together(said.map((one) => exactly(waiting(one).letters)));
}
