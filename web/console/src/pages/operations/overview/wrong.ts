// How many things the overview lists: the number at home is that of the list that it leads to.
import { exactly, type Total } from "@kit/total";

import type { Context } from "../../../shell/context";
import { messages, SERVICES, type Service } from "../services";
import type { Reading } from "./readings";
import { troubles } from "./troubles";

export async function wrong({ api }: Context): Promise<Total> {
  const readings: Reading[] = [];
  const away: Service[] = [];
  let why: unknown;
  const ask = async (service: Service) => {
    try {
      readings.push({ service, said: await messages(api, service).operations(), at: Date.now() });
    } catch (error) {
      away.push(service);
      why = error;
    }
  };
  await Promise.all(SERVICES.map(ask));
  // None answered: it is the network of who looks that is away, or all is.
  if (readings.length === 0) throw why;
  return exactly(troubles(readings, away).length);
}
