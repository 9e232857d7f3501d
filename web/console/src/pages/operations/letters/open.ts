// How many dead letters are open at the four services.
import { exactly, together, type Total } from "@kit/total";

import type { Context } from "../../../shell/context";
import { waiting } from "../overview/state";
import { messages, type Service, SERVICES } from "../services";

export type Counts = Record<Service, number | null>;

/** How many are open at each; nothing of one that does not answer. */
export async function lettersOf({ api }: Pick<Context, "api">): Promise<Counts> {
  const counts: Counts = { intake: null, dispatch: null, feedback: null, credit: null };
  const ask = async (service: Service) => {
    counts[service] = waiting(await messages(api, service).operations()).letters;
  };
  await Promise.allSettled(SERVICES.map(ask));
  return counts;
}

/** Where to begin: at the first service that has some. */
export function begin(counts: Counts): Service {
  return SERVICES.find((service) => counts[service]) ?? SERVICES[0];
}

export async function openLetters({ api }: Context): Promise<Total> {
  const said = await Promise.all(SERVICES.map((service) => messages(api, service).operations()));
  return together(said.map((one) => exactly(waiting(one).letters)));
}
