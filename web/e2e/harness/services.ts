// The services as somebody sees them who asks without a browser.
import type { Account } from "./running";

export const CITY = 330_200;
const LATEST_MS = 60_000;
const EVERY_MS = 200;

/** The services, as somebody sees them: an account by its name, or the first one of a role. */
export class Services {
  private readonly tokens = new Map<string, Promise<string>>();

  constructor(
    private readonly address: string,
    private readonly accounts: readonly Account[],
  ) {}

  async ask<Answer>(who: string, path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> {
    const said = body && JSON.stringify(body);
    return (await this.send(who, path, said, { "content-type": "application/json", ...headers })) as Answer;
  }

  /** Sends a body as it is. */
  async send(who: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<unknown> {
    return (await this.call(who, path, { method: body === undefined ? "GET" : "POST", body, headers })).json();
  }

  /** As the console does for whoever signs in: colleagues are told the name. */
  async greet(who: string): Promise<void> {
    await this.call(who, "/intake/v1/colleagues/me", { method: "PUT" });
  }

  private async call(who: string, path: string, { headers, ...asked }: RequestInit): Promise<Response> {
    const authorization = `Bearer ${await this.token(who)}`;
    const known = { authorization, "idempotency-key": crypto.randomUUID() };
    const answer = await fetch(this.address + path, { ...asked, headers: { ...known, ...headers } });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  /** All of a list's first page. */
  async list<Item>(who: string, path: string): Promise<Item[]> {
    return (await this.ask<{ items: Item[] }>(who, path)).items;
  }

  /** Changes what has a version, as whoever has just looked at it. */
  async change<Answer>(who: string, path: string, act: string, body: object = {}): Promise<Answer> {
    const { version } = await this.ask<{ version: number }>(who, `${path}?city=${CITY}`);
    return this.ask(who, `${path}/${act}?city=${CITY}`, body, { "if-match": `"${version}"` });
  }

  /** The merchant that the account of a merchant belongs to. */
  async merchant(who = "merchant"): Promise<string> {
    const [, claims = ""] = (await this.token(who)).split(".");
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
    const [certificate] = await this.list<{ code: string }>("credit_officer", path);
    if (!certificate) throw new Error("the merchant has no certificate");
    return certificate.code;
  }

  private token(who: string): Promise<string> {
    const token = this.tokens.get(who) ?? this.logIn(who);
    this.tokens.set(who, token);
    return token;
  }

  private async logIn(who: string): Promise<string> {
    const account =
      this.accounts.find(({ username }) => username === who) ?? this.accounts.find(({ role }) => role === who);
    const answer = await fetch(`${this.address}/issuer/token`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: account?.username, password: account?.password }),
    });
    if (!answer.ok) throw new Error(`${who} cannot log in: ${answer.status} ${await answer.text()}`);
    return ((await answer.json()) as { access_token: string }).access_token;
  }
}

/** The value that `look` finds in time. */
export async function waitFor<Value>(look: () => Promise<Value | undefined>): Promise<Value> {
  const latest = Date.now() + LATEST_MS;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (Date.now() > latest) throw new Error("it did not happen in time");
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}
