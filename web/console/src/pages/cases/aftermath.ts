// What became of a verified breach: its entry in the ledger, what the merchant said against that, what took it back, and
// the proceeding about it.
import { type Api, data } from "@kit/api/client";
import type { components } from "@kit/api/generated/credit";

import { type Entry, readLedger, readTakenBack } from "../merchants/ledger";
import { findProceeding, type Proceeding } from "../proceedings/one";

export interface Aftermath {
  /** Absent for the moment that credit takes to hear of the ruling. */
  entry: Entry | undefined;
  /** The entry that took it back. */
  back: Entry | undefined;
  objection: components["schemas"]["Objection"] | undefined;
  proceeding: Proceeding | undefined;
}

/** Objections of one merchant: more than it makes in years. */
const OBJECTIONS = 200;

export async function readAftermath(api: Api, city: number, id: string, merchant: string): Promise<Aftermath> {
  const [ledger, takenBack, objections, proceeding] = await Promise.all([
    readLedger(api, city, merchant, { cause: "breach_verified" }),
    readTakenBack(api, city, merchant),
    data(api.credit.GET("/v1/objections", { params: { query: { city, merchant, limit: OBJECTIONS } } })),
    findProceeding(api, city, merchant, ({ ground }) => ground.kind === "breach" && ground.case === id),
  ]);
  const entry = ledger.entries.find((one) => one.cause === `breach_verified:${id}`);
  return {
    entry,
    back: entry && takenBack.get(entry.id),
    objection: entry && objections.items.find((one) => one.entry === entry.id),
    proceeding: proceeding ?? undefined,
  };
}

/** Whether a proceeding may still be opened about it: none was, and it stands. */
export function isOpenToProceedings({ back, proceeding }: Aftermath): boolean {
  return !back && !proceeding;
}
