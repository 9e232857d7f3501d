// What happened before anybody looks. A call-back is due the day after a job, so the platform lives two days, one after
// the other: on the first, jobs are done; on the second, citizens are called back, and the city has an ordinary day.
import { companyDay } from "./life/company";
import { creditDay } from "./life/credit";
import { deskDay, serve } from "./life/desk";
import { modelDay } from "./life/model";
import { volunteerDay } from "./life/volunteering";
import { CITY, type Services, waitFor } from "./services";

/** Where the job was done, by whom. */
export interface Job {
  request: string;
  merchant: string;
  item: string;
  area: number;
}

/** What the city has to show: by the names of the parameters of pages, ids of what was made. */
export interface Made {
  simulation: string;
  draft: string;
  evaluation: string;
  certificate: string;
  proceeding: string;
  objection: string;
  reconciled: string;
  /** A merchant whose breach was verified. */
  lowered: string;
}

/** Who has been at work. */
const STAFF = ["operator", "followup_caller", "credit_officer", "officer2", "credit_reviewer", "inspector"];

/** What citizens who have nothing to complain of answer. */
const ALL_WELL = { arrived_on_time: "yes", price_as_posted: "yes", quality: "yes", attitude: "yes", code_shown: "yes" };

/** The first day: jobs are done. The first one is the job that the stories are about. */
export async function firstDay(services: Services): Promise<Job> {
  const merchant = await services.merchant();
  const { item, area } = await placeWhereFirst(services, merchant);
  const request = await serve(services, "merchant", { item, area }, "王先生");
  for (const name of ["李女士", "陈先生"]) await serve(services, "merchant", { item, area }, name);
  const other = await placeOf(services, await services.merchant("merchant2"));
  for (const name of ["周女士", "高女士"]) await serve(services, "merchant2", other, name);
  return { request, merchant, item, area };
}

/** The second day: somebody suspects a breach in the job, another one is verified, others are content; and all that goes
 *  on in a city. */
export async function secondDay(services: Services, job: Job, centre: { key: string; day: string }): Promise<Made> {
  for (const who of STAFF) await services.greet(who);
  await waitFor(async () => ((await due(services)).length >= 5 ? true : undefined));
  const called = await due(services);
  await callBack(
    services,
    called.find(({ request }) => request === job.request),
    {
      verdict: "suspected_breach",
      answers: { ...ALL_WELL, price_as_posted: "no" },
      note: "加收了报价单上没有的费用。",
      clause: "price-as-posted",
    },
  );
  const content = called.find(({ request, merchant }) => request !== job.request && merchant === job.merchant);
  await callBack(services, content, { verdict: "satisfied", answers: ALL_WELL, note: "" });
  const lowered = await services.merchant("merchant2");
  await callBack(
    services,
    called.findLast(({ merchant }) => merchant === lowered),
    {
      verdict: "suspected_breach",
      answers: { ...ALL_WELL, arrived_on_time: "no" },
      note: "约好上午，下午才到，也没有电话。",
      clause: "on-time",
    },
  );
  await verify(services, lowered);
  await deskDay(services, job);
  return {
    lowered,
    ...(await companyDay(services)),
    ...(await creditDay(services)),
    ...(await modelDay(services)),
    ...(await volunteerDay(services, centre.key, centre.day)),
  };
}

interface Callback {
  id: string;
  request: string;
  merchant: string;
}

function due(services: Services): Promise<Callback[]> {
  return services.list("followup_caller", `/feedback/v1/callbacks?city=${CITY}&limit=50`);
}

async function callBack(services: Services, callback: Callback | undefined, said: object): Promise<void> {
  if (!callback) throw new Error("a call-back that should be due is not");
  const path = `/feedback/v1/callbacks/${callback.id}`;
  const { version } = await services.ask<{ version: number }>("followup_caller", `${path}/claim?city=${CITY}`, {});
  const outcome = { result: "reached", ...said };
  await services.ask("followup_caller", `${path}/outcome?city=${CITY}`, outcome, { "if-match": `"${version}"` });
}

/** Finds that the merchant was at fault, and waits until its standing says so. */
async function verify(services: Services, merchant: string): Promise<void> {
  const found = await waitFor(async () => {
    const cases = await services.list<{ id: string; merchant: string }>(
      "credit_officer",
      `/feedback/v1/cases?city=${CITY}&limit=50`,
    );
    return cases.find((one) => one.merchant === merchant);
  });
  const path = `/credit/v1/merchants/${merchant}?city=${CITY}`;
  const before = await services.ask<{ score: number }>("credit_officer", path);
  await services.change("credit_officer", `/feedback/v1/cases/${found.id}`, "verify", {
    clause: "on-time",
    severity: "general",
  });
  await waitFor(async () => {
    const { score } = await services.ask<{ score: number }>("credit_officer", path);
    return score < before.score ? score : undefined;
  });
}

interface Known {
  home: number;
  areas: number[];
  categories: { category: string }[];
}

/** What a merchant does, and where. */
async function offered(services: Services, merchant: string): Promise<{ items: string[]; areas: number[] }> {
  const known = await services.ask<Known>("credit_officer", `/credit/v1/merchants/${merchant}?city=${CITY}`);
  const catalogue = await services.ask<{ categories: { code: string; items: { code: string }[] }[] }>(
    "credit_officer",
    "/credit/v1/catalogue",
  );
  const served = known.categories.map(({ category }) => category);
  const items = catalogue.categories.filter(({ code }) => served.includes(code)).flatMap(({ items }) => items);
  return { items: items.map(({ code }) => code), areas: [known.home, ...known.areas] };
}

async function placeOf(services: Services, merchant: string): Promise<{ item: string; area: number }> {
  const { items, areas } = await offered(services, merchant);
  const [item] = items;
  const [area] = areas;
  if (!item || !area) throw new Error("the second merchant with an account works nowhere");
  return { item, area };
}

/** A service of the merchant and a street where it comes first now. */
export async function placeWhereFirst(services: Services, merchant: string): Promise<{ item: string; area: number }> {
  const { items, areas } = await offered(services, merchant);
  for (const item of items)
    for (const area of areas) {
      const { candidates } = await services.ask<{ candidates: { merchant: string }[] }>(
        "operator",
        `/dispatch/v1/recommendations?city=${CITY}&item=${item}&area=${area}&limit=1`,
      );
      if (candidates[0]?.merchant === merchant) return { item, area };
    }
  throw new Error("the merchant with an account comes first nowhere");
}
