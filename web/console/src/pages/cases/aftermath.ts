// What became of a verified breach: its entry in the ledger, what the merchant said against that, what took it back, and
// the proceeding about it.
import { type Api, data } from "@kit/api/client";

import { causeOf, type Entry, readLedger, readTakenBack } from "../merchants/ledger";
import { findObjection, type Objection } from "../objections/one";
import type { Proceeding } from "../proceedings/one";

export interface Aftermath {
  /** Absent for the moment that credit takes to hear of the ruling. */
  entry: Entry | undefined;
  /** The entry that took it back. */
  back: Entry | undefined;
  objection: Objection | undefined;
  proceeding: Proceeding | undefined;
}

export async function readAftermath(api: Api, city: number, id: string, merchant: string): Promise<Aftermath> {
  const [ledger, takenBack, proceedings] = await Promise.all([
    readLedger(api, city, merchant, { cause: "breach_verified" }),
    readTakenBack(api, city, merchant),
    data(api.credit.GET("/v1/proceedings", { params: { query: { city, case: id } } })),
  ]);
  const entry = ledger.entries.find((one) => one.cause === `breach_verified:${id}`);
  const objection = entry?.objection ? await findObjection(api, city, entry.objection) : null;
  return {
    entry,
    back: entry && takenBack.get(entry.id),
    objection: objection ?? undefined,
    // One that was dropped or fell may be followed by another.
    proceeding: proceedings.items.at(-1),
  };
}

/** Of all verified cases of a merchant whose entry was taken back: the entry that did so, by the case. */
export async function readUndone(api: Api, city: number, merchant: string): Promise<Map<string, Entry>> {
  const [ledger, takenBack] = await Promise.all([
    readLedger(api, city, merchant, { cause: "breach_verified" }),
    readTakenBack(api, city, merchant),
  ]);
  return undone(ledger.entries, takenBack);
}

export function undone(breaches: readonly Entry[], takenBack: ReadonlyMap<string, Entry>): Map<string, Entry> {
  return new Map(
    breaches.flatMap(({ id, cause }) => {
      const [of, back] = [causeOf(cause).id, takenBack.get(id)];
      return of && back ? [[of, back] as const] : [];
    }),
  );
}

/** Whether a proceeding may still be opened about it: none was, and it stands. */
export function isOpenToProceedings({ back, proceeding }: Aftermath): boolean {
  return !back && !proceeding;
}
