// How many checks of one's open applications wait for the company itself. What was handed in waits for an officer, and so
// do the register, bans and a worker's papers.
import { data } from "@kit/api/client";
import type { components } from "@kit/api/generated/credit";
import { counted, exactly, HOW_MANY, type Total } from "@kit/total";

import type { Context } from "../../../shell/context";
import { sentences } from "../../admission/evidence";

type Check = Pick<components["schemas"]["AdmissionCheck"], "kind" | "outcome" | "evidence">;
type Paper = Pick<components["schemas"]["Paper"], "code" | "verdict">;

const OPEN = ["applied", "checks", "publicity"];
/** More than a company ever has. */
const APPLICATIONS = 50;

export async function lacking({ api, city, session }: Context): Promise<Total> {
  const merchant = session.merchant.value;
  if (!merchant) return exactly(0);
  const query = { city, merchant, limit: APPLICATIONS };
  const { items } = await data(api.credit.GET("/v1/applications", { params: { query } }));
  const open = items.filter(({ state }) => OPEN.includes(state));
  if (!open.length) return exactly(0);
  const path = { id: merchant };
  const [file, workers, ...applications] = await Promise.all([
    data(api.credit.GET("/v1/merchants/{id}/file", { params: { path, query: { city } } })),
    counted(api.credit.GET("/v1/merchants/{id}/workers", { params: { path, query: { city, ...HOW_MANY } } })),
    ...open.map(({ id }) =>
      data(api.credit.GET("/v1/applications/{id}", { params: { path: { id }, query: { city } } })),
    ),
  ]);
  return exactly(
    applications.flatMap(({ checks }) => checks.filter((check) => isOwn(check, file.papers, workers.count > 0))).length,
  );
}

/** Whether the company itself has to do something for it to be passed. */
export function isOwn({ kind, outcome, evidence }: Check, papers: readonly Paper[], hasWorkers: boolean): boolean {
  if (outcome === "passed") return false;
  switch (kind) {
    case "commitment":
    case "prices":
      return true;
    case "workers":
      return !hasWorkers;
    case "papers":
      return lackingIn(evidence).some(
        (code) => !papers.some((paper) => paper.code === code && paper.verdict === "waiting"),
      );
    case "code":
    case "bans":
    case "policy":
      return false;
  }
}

function lackingIn(evidence: string): string[] {
  return (sentences(evidence) ?? []).flatMap(({ codes }) => codes ?? []);
}
