// The desk: requests that are done, offered, waiting, withdrawn, and a choice that somebody else has to approve.
import { CITY, type Services, waitFor } from "../services";

interface Place {
  item: string;
  area: number;
}

/** Streets of Ningbo. */
const STREETS = [330_203_001, 330_203_004, 330_203_008];
const ITEMS = ["refrigerator-repair", "daily-cleaning", "pipe-leak-repair", "power-failure-repair"];
const NAMES = ["孙先生", "何女士", "钱先生", "冯女士", "朱先生"];
/** The policy lets so many choices pass before it counts how many were against the order. */
const OVERRIDES_MAX = 30;

/** From the call to the end of the work, by the merchant with this account. */
export async function serve(services: Services, who: string, place: Place, name: string): Promise<string> {
  const { request, assignment } = await offer(services, who, place, name);
  for (const does of ["accept", "complete"]) await answer(services, who, assignment, does);
  await waitFor(async () => {
    const dueBy = encodeURIComponent(new Date().toISOString());
    const path = `/feedback/v1/callbacks?city=${CITY}&limit=50&due_by=${dueBy}`;
    return (await services.list<{ request: string }>("followup_caller", path)).find((one) => one.request === request);
  });
  return request;
}

/** An ordinary morning. */
export async function deskDay(services: Services, { item, area }: Place): Promise<void> {
  const { assignment } = await offer(services, "merchant", { item, area }, "林女士");
  await answer(services, "merchant", assignment, "accept");
  await offer(services, "merchant", { item, area }, "张先生");
  for (const [at, code] of ["daily-cleaning", "kitchen-drain-unblocking", "air-conditioner-cleaning"].entries())
    await take(services, { item: code, area: STREETS[at] ?? area }, "徐女士", "auto");
  await take(services, { item: "door-unlocking", area }, "郑先生", "choose");
  const withdrawn = await take(services, { item: "dog-walking", area }, "吴女士", "choose");
  await waiting(services, withdrawn);
  await services.change("operator", `/intake/v1/requests/${withdrawn}`, "cancel", { reason: "家里有人了，不用了" });
  await proposeUntil(services, 2);
}

/** An operator who again and again wants another merchant than the order has it, until a second person has to decide on
 *  so many. */
export async function proposeUntil(services: Services, count: number): Promise<void> {
  for (let time = 0; time < OVERRIDES_MAX; time += 1) {
    const item = ITEMS[time % ITEMS.length] ?? "daily-cleaning";
    const area = STREETS[time % STREETS.length] ?? 0;
    const request = await take(services, { item, area }, NAMES[time % NAMES.length] ?? "", "choose");
    await waiting(services, request);
    const path = `/dispatch/v1/recommendations?city=${CITY}&item=${item}&area=${area}&limit=2`;
    const { candidates } = await services.ask<{ candidates: { merchant: string }[] }>("operator", path);
    const merchant = candidates[1]?.merchant;
    if (!merchant) throw new Error(`too few merchants do ${item}`);
    const chosen = { merchant, reason: "knows_the_case" };
    await services.ask("operator", `/dispatch/v1/jobs/${request}/assignments?city=${CITY}`, chosen);
    const open = await services.list("operator", `/dispatch/v1/proposals?city=${CITY}&state=open&limit=${count}`);
    if (open.length === count) return;
  }
  throw new Error("nobody had to approve a choice");
}

async function offer(
  services: Services,
  who: string,
  place: Place,
  name: string,
): Promise<{ request: string; assignment: string }> {
  const request = await take(services, place, name, "choose");
  await waiting(services, request);
  const merchant = await services.merchant(who);
  await services.ask("operator", `/intake/v1/requests/${request}/choice?city=${CITY}`, {
    merchant,
    reason: "市民点名要这家",
  });
  const made = await waitFor(async () => {
    const path = `/dispatch/v1/assignments?city=${CITY}&limit=50`;
    const mine = await services.list<{ id: string; request: string }>(who, path);
    return mine.find((one) => one.request === request);
  });
  return { request, assignment: made.id };
}

async function take(services: Services, place: Place, name: string, mode: "auto" | "choose"): Promise<string> {
  const contact = { name, phone: "13800000000", address: "1 幢 101 室" };
  const description = "请尽快，家里有老人。";
  const request = { city: CITY, ...place, mode, contact, description };
  return (await services.ask<{ id: string }>("operator", "/intake/v1/requests", request)).id;
}

/** Until dispatch knows that it is to be given to somebody. */
async function waiting(services: Services, request: string): Promise<void> {
  await waitFor(async () => {
    const path = `/dispatch/v1/jobs?city=${CITY}&state=waiting&limit=50`;
    return (await services.list<{ request: string }>("operator", path)).find((one) => one.request === request);
  });
}

async function answer(services: Services, who: string, assignment: string, does: string): Promise<void> {
  await services.ask(who, `/dispatch/v1/assignments/${assignment}/${does}?city=${CITY}`, {});
}
