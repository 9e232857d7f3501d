// The rules: a draft with a simulation over the whole city, and the yearly evaluation tried out.
import { CITY, type Services, waitFor } from "../services";

interface Rules {
  number?: number | null;
  document: { bands: { grade: string; score_min: number }[] };
}

export async function modelDay(services: Services): Promise<{ draft: string; simulation: string; evaluation: string }> {
  const models = await services.list<Rules>("credit_officer", "/credit/v1/models?limit=10");
  const released = models.find(({ number }) => number);
  if (!released) throw new Error("no rules are in force");
  const bands = released.document.bands.map((band) => (band.grade === "AAA" ? { ...band, score_min: 900 } : band));
  const document = { ...released.document, bands };
  const draft = await services.ask<{ id: string }>("credit_officer", "/credit/v1/models", {
    document,
    note: "AAA 级的分数线提高到 900 分",
  });
  const path = `/credit/v1/models/${draft.id}/simulations`;
  const simulation = await services.ask<{ id: string }>("credit_officer", path, { city: CITY });
  const evaluation = await services.ask<{ id: string }>("credit_officer", "/credit/v1/evaluations", {
    city: CITY,
    as_of: new Date(Date.now() - 2 * 86_400_000).toISOString(),
  });
  await over(services, `/credit/v1/simulations/${simulation.id}`);
  await over(services, `/credit/v1/evaluations/${evaluation.id}`);
  return { draft: draft.id, simulation: simulation.id, evaluation: evaluation.id };
}

async function over(services: Services, path: string): Promise<void> {
  await waitFor(async () => {
    const { state } = await services.ask<{ state: string }>("credit_officer", path);
    return state === "running" ? undefined : state;
  });
}
