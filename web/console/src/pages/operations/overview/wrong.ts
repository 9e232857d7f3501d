// How many things the overview lists: the number at home is that of the list that it leads to.
import { exactly, type Total } from "@kit/total";

import type { Context } from "../../../shell/context";
import { messages, SERVICES, type Service } from "../services";
import type { Reading } from "./readings";
import { type Balances, troubles } from "./troubles";

export async function wrong({ api }: Context): Promise<Total> {
  const readings: Reading[] = [];
  const away: Service[] = [];
  const balances: Balances[] = [];
  let why: unknown;
  const ask = async (service: Service) => {
    const calls = messages(api, service);
    try {
      const said = await calls.operations();
      readings.push({ service, said, at: Date.now(), passed: 0 });
      // Without the bus there is no balance, and to wait for it would hold up the number of all else.
      if (!said.bus.connected) return;
    } catch (error) {
      away.push(service);
      why = error;
      return;
    }
    // A balance that cannot be struck now is nothing that is wrong.
    const balance = await calls.consumers().catch(() => null);
    if (balance) balances.push({ service, items: balance.items });
  };
  await Promise.all(SERVICES.map(ask));
  // None answered: it is the network of who looks that is away, or all is.
  if (readings.length === 0) throw why;
  return exactly(troubles(readings, away, balances).length);
}
