// What happened before the stories begin: a job that was done, and a citizen who said the next day that something was
// wrong with it. A call-back is due a day later, so the platform lives two days, one after the other.
import type { Account } from "./running";

/** Where the job was done, by whom. */
export interface Job {
  request: string;
  merchant: string;
  item: string;
  area: number;
}

const CITY = 330_200;
const LATEST_MS = 60_000;
const EVERY_MS = 200;

/** The services, as somebody with a role sees them. */
export class Services {
  private readonly tokens = new Map<string, Promise<string>>();

  constructor(
    private readonly address: string,
    private readonly accounts: readonly Account[],
  ) {}

  async ask<Answer>(role: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> {
    const answer = await fetch(this.address + path, {
      method: body ? "POST" : "GET",
      headers: {
        authorization: `Bearer ${await this.token(role)}`,
        "content-type": "application/json",
        "idempotency-key": crypto.randomUUID(),
        ...headers,
      },
      body: body && JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as Answer;
  }

  /** The merchant that the account of a merchant belongs to. */
  async merchant(): Promise<string> {
    const [, claims = ""] = (await this.token("merchant")).split(".");
    return (JSON.parse(Buffer.from(claims, "base64url").toString()) as { merchant: string }).merchant;
  }

  /** What the merchant is called. */
  async name(merchant: string): Promise<string> {
    const path = `/credit/v1/merchants/${merchant}?city=${CITY}`;
    return (await this.ask<{ name: string }>("credit_officer", path)).name;
  }

  /** What the code on its certificate says. */
  async codeOf(merchant: string): Promise<string> {
    const path = `/credit/v1/merchants/${merchant}/certificates?city=${CITY}&limit=1`;
    const { items } = await this.ask<{ items: { code: string }[] }>("credit_officer", path);
    if (!items[0]) throw new Error("the merchant has no certificate");
    return items[0].code;
  }

  private token(role: string): Promise<string> {
    const token = this.tokens.get(role) ?? this.logIn(role);
    this.tokens.set(role, token);
    return token;
  }

  private async logIn(role: string): Promise<string> {
    const account = this.accounts.find((account) => account.role === role);
    const answer = await fetch(`${this.address}/issuer/token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: account?.username, password: account?.password }),
    });
    if (!answer.ok) throw new Error(`${role} cannot log in: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { access_token: string }).access_token;
  }
}

/** The first day: an operator takes a request in, the merchant does the job. */
export async function doJob(services: Services): Promise<Job> {
  const merchant = await services.merchant();
  const { item, area } = await placeWhereFirst(services, merchant);
  const contact = { name: "王先生", phone: "13800000000", address: "1 幢 101 室" };
  const taken = await services.ask<{ id: string }>("operator", "/intake/v1/requests", {
    city: CITY,
    item,
    area,
    mode: "choose",
    contact,
  });
  const request = taken.id;
  await waitFor(async () => {
    const { items } = await services.ask<{ items: { request: string }[] }>(
      "operator",
      `/dispatch/v1/jobs?city=${CITY}&state=waiting&limit=50`,
    );
    return items.find((one) => one.request === request);
  });
  await services.ask("operator", `/intake/v1/requests/${request}/choice?city=${CITY}`, { merchant });
  const job = await waitFor(async () => {
    const { items } = await services.ask<{ items: { id: string; request: string }[] }>(
      "merchant",
      `/dispatch/v1/assignments?city=${CITY}&limit=50`,
    );
    return items.find((one) => one.request === request);
  });
  for (const does of ["accept", "complete"])
    await services.ask("merchant", `/dispatch/v1/assignments/${job.id}/${does}?city=${CITY}`, {});
  await waitFor(async () => {
    const { items } = await services.ask<{ items: { request: string }[] }>(
      "followup_caller",
      `/feedback/v1/callbacks?city=${CITY}&limit=50&due=${encodeURIComponent(new Date().toISOString())}`,
    );
    return items.find((one) => one.request === request);
  });
  return { request, merchant, item, area };
}

/** A later day: the citizen is called back, and suspects a breach. */
export async function suspectBreach(services: Services, { request }: Job): Promise<void> {
  const callback = await waitFor(async () => {
    const { items } = await services.ask<{ items: { id: string; request: string }[] }>(
      "followup_caller",
      `/feedback/v1/callbacks?city=${CITY}&limit=50`,
    );
    return items.find((one) => one.request === request);
  });
  const path = `/feedback/v1/callbacks/${callback.id}`;
  const { version } = await services.ask<{ version: number }>("followup_caller", `${path}/claim?city=${CITY}`, {});
  const said = { result: "reached", verdict: "suspected_breach", note: "加收了报价单上没有的费用。" };
  await services.ask("followup_caller", `${path}/outcome?city=${CITY}`, said, { "if-match": `"${version}"` });
}

/** A service of the merchant and a street where it comes first now. */
export async function placeWhereFirst(services: Services, merchant: string): Promise<{ item: string; area: number }> {
  interface Known {
    home: number;
    areas: number[];
    categories: { category: string }[];
  }
  const known = await services.ask<Known>("credit_officer", `/credit/v1/merchants/${merchant}?city=${CITY}`);
  const catalogue = await services.ask<{ categories: { code: string; items: { code: string }[] }[] }>(
    "credit_officer",
    "/credit/v1/catalogue",
  );
  const served = known.categories.map(({ category }) => category);
  const items = catalogue.categories.filter(({ code }) => served.includes(code)).flatMap(({ items }) => items);
  for (const { code: item } of items)
    for (const area of [known.home, ...known.areas]) {
      const { candidates } = await services.ask<{ candidates: { merchant: string }[] }>(
        "operator",
        `/dispatch/v1/recommendations?city=${CITY}&item=${item}&area=${area}&limit=1`,
      );
      if (candidates[0]?.merchant === merchant) return { item, area };
    }
  throw new Error("the merchant with an account comes first nowhere");
}

/** The value that `look` finds in time. */
async function waitFor<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  const latest = Date.now() + LATEST_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > latest) throw new Error("it did not happen in time");
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}
