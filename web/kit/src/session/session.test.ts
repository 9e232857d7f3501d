// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { Session } from "./session";
import { Tabs } from "./tabs";

const BASE = "http://127.0.0.1/console/";
const ISSUER = "http://127.0.0.1/issuer";

/** An id token is read, not verified: it came from the issuer itself. */
function idToken(claims: object): string {
  const part = (value: object) => btoa(JSON.stringify(value)).replace(/=+$/, "");
  return `${part({ alg: "EdDSA" })}.${part({ iss: ISSUER, aud: "console", exp: 2e9, iat: 1, ...claims })}.signature`;
}

/** A tab whose token ends after this many seconds. */
async function open(expiresIn: number, who: object = { roles: ["credit_officer"] }): Promise<Session> {
  const profile = { sub: "1", auth_time: 1, ...who };
  const expires_at = Math.floor(Date.now() / 1_000) + expiresIn;
  const user = {
    access_token: "first",
    refresh_token: "r1",
    token_type: "Bearer",
    id_token: idToken(profile),
    profile,
  };
  sessionStorage.setItem(`oidc.user:${ISSUER}:console`, JSON.stringify({ ...user, scope: "openid", expires_at }));
  const session = new Session({ issuer: "/issuer", client_id: "console", idle_minutes: 30 }, BASE);
  await session.resume();
  return session;
}

const asked = vi.fn<(url: string) => Promise<Response>>();

/** How the token endpoint answers. */
function answers(answer: () => Response | Promise<Response>): void {
  asked.mockImplementation(async (url) => {
    if (!url.includes("openid-configuration")) return answer();
    return Response.json({
      issuer: ISSUER,
      token_endpoint: `${ISSUER}/token`,
      authorization_endpoint: `${ISSUER}/a`,
      end_session_endpoint: `${ISSUER}/end`,
    });
  });
}

const renewed = () =>
  Response.json({
    access_token: "second",
    refresh_token: "r2",
    token_type: "Bearer",
    expires_in: 900,
    id_token: idToken({ sub: "1", roles: ["credit_officer"], auth_time: 1 }),
  });

beforeEach(() => vi.stubGlobal("fetch", asked));
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  asked.mockReset();
  sessionStorage.clear();
  localStorage.clear();
});

describe("a session", () => {
  test("knows what its role may see", async () => {
    const session = await open(900);
    expect([session.may("read-merchants"), session.may("answer-offers")]).toEqual([true, false]);
  });

  test.each([
    [{ roles: ["merchant"], merchant: "7" }, "7"],
    [{ roles: ["merchant"] }, "1"],
    [{ roles: ["credit_officer"] }, undefined],
  ])("of %o acts for the merchant %s", async (who, merchant) => {
    expect((await open(900, who)).merchant.value).toBe(merchant);
  });

  test("renews a token that is about to end once, however many ask for it", async () => {
    const session = await open(60);
    answers(renewed);
    vi.useFakeTimers({ now: Date.now() + 55_000, toFake: ["Date"] });
    const tokens = await Promise.all([session.token(), session.token(), session.token()]);
    expect(tokens).toEqual(["second", "second", "second"]);
    expect(asked.mock.calls.filter(([url]) => url === `${ISSUER}/token`)).toHaveLength(1);
  });

  test("outlives a network that is away, and says so to whoever asks", async () => {
    answers(() => Promise.reject(new TypeError("Failed to fetch")));
    const session = await open(5);
    await expect(session.token()).rejects.toThrow();
    expect(session.current.value).not.toBeNull();
    answers(renewed);
    await expect(session.token()).resolves.toBe("second");
  });

  test("ends when the issuer does not know it any more", async () => {
    answers(() => Response.json({ error: "invalid_grant" }, { status: 400 }));
    const session = await open(5);
    expect([session.current.value, await session.token()]).toEqual([null, null]);
  });

  test("ends when nobody touched the page, even if the machine slept meanwhile", async () => {
    const session = await open(86_400);
    vi.useFakeTimers({ now: Date.now() + 31 * 60_000, toFake: ["Date"] });
    document.dispatchEvent(new Event("visibilitychange"));
    await vi.waitFor(() => expect(session.current.value).toBeNull());
  });
});

describe("the session of a browser with several tabs", () => {
  test("goes on while another tab is touched", async () => {
    const session = await open(86_400);
    vi.useFakeTimers({ now: Date.now() + 31 * 60_000, toFake: ["Date"] });
    new Tabs().touched();
    document.dispatchEvent(new Event("visibilitychange"));
    expect(session.current.value).not.toBeNull();
  });

  test("that nobody touched ends at the issuer and in the other tabs too, and the next login asks for the password", async () => {
    answers(() => new Response());
    const [one, other] = [await open(86_400), await open(86_400)];
    vi.useFakeTimers({ now: Date.now() + 31 * 60_000, toFake: ["Date"] });
    await one.token();
    await vi.waitFor(() => expect(other.current.value).toBeNull());
    await vi.waitFor(() =>
      expect(asked.mock.calls.some(([url]) => url.startsWith(`${ISSUER}/end?id_token_hint=`))).toBe(true),
    );
    expect([one.door, new Tabs().door]).toEqual(["ended", "idle"]);
  });

  test("of a tab that was closed while nobody was there is not taken up", async () => {
    answers(() => new Response());
    new Tabs().touched();
    vi.useFakeTimers({ now: Date.now() + 31 * 60_000, toFake: ["Date"] });
    expect((await open(86_400)).current.value).toBeNull();
  });

  test("that slept ends when a new tab is what wakes first", async () => {
    const session = await open(86_400);
    vi.useFakeTimers({ now: Date.now() + 31 * 60_000, toFake: ["Date"] });
    sessionStorage.clear();
    await new Session({ issuer: "/issuer", client_id: "console", idle_minutes: 30 }, BASE).resume();
    await vi.waitFor(() => expect(session.current.value).toBeNull());
    expect(session.door).toBe("ended");
  });

  test.each([
    [{ ended: "left" } as const, null, "left"],
    [{ began: "2" }, null, "switched"],
    [{ began: "1" }, "1", "ended"],
  ])("that hears %o of another tab is then of %s", async (told, sub, ending) => {
    const session = await open(900);
    new Tabs().tell(told);
    // Told after it, so heard after it.
    await new Promise((heard) => {
      const tabs = new Tabs();
      tabs.hear(heard);
      new Tabs().tell({ began: "1" });
    });
    await vi.waitFor(() => expect(session.current.value?.profile.sub ?? null).toBe(sub));
    expect(session.ending).toBe(ending);
  });
});
