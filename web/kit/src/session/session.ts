// Who is logged in: OIDC with PKCE, by a library that keeps to the standard. Tokens live in this tab's session
// storage; a refresh token is used once. The login is the browser's: another tab comes in by the issuer's cookie, and
// all end together when somebody signs out in one or nobody touched any of them for a while. A network that is away
// ends nothing: the next request renews.
import { ErrorResponse, UserManager, WebStorageStateStore, type User } from "oidc-client-ts";
import { computed, readonly, shallowRef } from "vue";

import { MATRIX } from "../api/generated/permissions";
import { Tabs, type Told } from "./tabs";

export type Permission = keyof typeof MATRIX;

/** Where the issuer is and who we are to it; `settings.json` of a deployment says it. */
export interface SessionSettings {
  issuer: string;
  client_id: string;
  /** Minutes without a key or a click after which the session ends. */
  idle_minutes: number;
}

/** Why a session is over: nobody was there or nobody knows it any more; left in another tab; another account there. */
export type Ending = "ended" | "left" | "switched";

const LOGIN_BACK = "login/back";
/** An issuer that has not answered after this long is away. */
const ISSUER_PATIENCE_S = 8;
/** A token that ends sooner than this, in seconds, is renewed before it is used. */
const RENEW_BEFORE_S = 10;
/** How often a tab that nobody touches looks whether another one is touched. */
const LOOK_EVERY_MS = 60_000;

export class Session {
  private readonly manager: UserManager;
  private readonly user = shallowRef<User | null>(null);
  private idle: number | undefined;
  private readonly tabs = new Tabs();
  private renewing: Promise<void> | undefined;
  private isLeaving = false;

  readonly current = readonly(this.user);
  /** Why the last one ended. */
  ending: Ending = "ended";
  readonly roles = computed<string[]>(() => (this.user.value?.profile.roles as string[] | undefined) ?? []);
  /** The merchant whose account it is; none for staff. An applicant's account names none and acts for the merchant of its
   *  own id (ADR 0010). */
  readonly merchant = computed(() => {
    const named = this.user.value?.profile.merchant as string | undefined;
    const isApplicant = this.roles.value.length === 1 && this.roles.value[0] === "merchant";
    return named ?? (isApplicant ? this.user.value?.profile.sub : undefined);
  });
  /** What the issuer calls the person, as colleagues are told it. */
  readonly name = computed(() => {
    const { name, preferred_username, sub } = this.user.value?.profile ?? {};
    return name || preferred_username || sub || "";
  });

  constructor(
    private readonly settings: SessionSettings,
    /** The address of the pages, with a slash at its end. */
    base: string,
  ) {
    const store = new WebStorageStateStore({ store: window.sessionStorage });
    this.manager = new UserManager({
      authority: new URL(settings.issuer, base).href,
      client_id: settings.client_id,
      redirect_uri: base + LOGIN_BACK,
      post_logout_redirect_uri: base,
      scope: "openid offline_access",
      automaticSilentRenew: false,
      requestTimeoutInSeconds: ISSUER_PATIENCE_S,
      userStore: store,
      stateStore: store,
    });
    this.manager.events.addUserUnloaded(() => {
      if (!this.isLeaving) this.user.value = null;
    });
    this.manager.events.addAccessTokenExpiring(() => void this.renew().catch(later));
    this.tabs.hear((told) => this.heard(told));
  }

  /** Takes up the session of this tab, if it has one. */
  async resume(): Promise<void> {
    this.user.value = await this.manager.getUser();
    // Also a tab that was closed meanwhile, and one that never was open: the issuer may still know the browser.
    if (this.isIdle() && !this.user.value) this.endBrowser();
    await this.token().catch(later);
    for (const touch of ["pointerdown", "keydown"])
      window.addEventListener(touch, () => this.touched(), { passive: true });
    // Timers stand still while a machine sleeps.
    document.addEventListener("visibilitychange", () => void this.endIfIdle());
    this.touched();
  }

  /** Goes to the issuer's page; afterwards back to `path`. After an end that was meant it asks for the password. */
  login(path: string): Promise<void> {
    const prompt = this.tabs.door ? "login" : undefined;
    return this.manager.signinRedirect({ state: path, nonce: crypto.randomUUID(), prompt });
  }

  /** Comes in by the login of another tab, if there is one: leaves the page then, and comes back by `back`. Where there is
   *  none, or the issuer is away, it is the door's turn. */
  async enter(path: string): Promise<void> {
    if (this.tabs.door) return;
    await this.manager.signinRedirect({ state: path, nonce: crypto.randomUUID(), prompt: "none" }).catch(later);
  }

  /** Why the door is shown to who has just come. */
  get door(): Ending | undefined {
    return this.tabs.door === "idle" ? "ended" : undefined;
  }

  /** Ends the visit to the issuer; gives the path from which it began, and whether somebody is in now. */
  async back(): Promise<{ path: string; isIn: boolean }> {
    try {
      const user = await this.manager.signinRedirectCallback();
      this.tabs.open();
      this.tabs.tell({ began: user.profile.sub });
      this.user.value = user;
      return { path: pathOf(user.state), isIn: true };
    } catch (error) {
      if (!(error instanceof ErrorResponse && error.error?.endsWith("_required"))) throw error;
      return { path: pathOf(error.state), isIn: false };
    }
  }

  /** Here, in the other tabs and at the issuer. */
  async logout(): Promise<void> {
    this.isLeaving = true;
    this.tabs.close("left");
    this.tabs.tell({ ended: "left" });
    try {
      await this.manager.signoutRedirect();
    } catch {
      // The issuer is away: here it ends all the same, there by itself.
      this.isLeaving = false;
      await this.end();
    }
  }

  /** Whether one of the roles has one of the permissions: what menus show. What is allowed, the server decides. */
  may(...any: Permission[]): boolean {
    return any.some((permission) => MATRIX[permission].some((role) => this.roles.value.includes(role)));
  }

  /** Here alone: the issuer or a service does not know it any more, or another tab said so. */
  async end(ending: Ending = "ended"): Promise<void> {
    this.ending = ending;
    await this.manager.removeUser();
    this.user.value = null;
  }

  /** For the services: renewed if need be, null without a session. Throws when the issuer cannot be reached. */
  async token(): Promise<string | null> {
    await this.endIfIdle();
    const isOld = (this.user.value?.expires_in ?? Infinity) < RENEW_BEFORE_S;
    if (isOld) await this.renew();
    return this.user.value?.access_token ?? null;
  }

  /** One at a time, since a refresh token is good once. Only the issuer's own word ends the session. */
  private renew(): Promise<void> {
    this.renewing ??= this.manager
      .signinSilent()
      .then(
        (user) => {
          this.user.value = user;
        },
        (error: unknown) => {
          if (!(error instanceof ErrorResponse)) throw error;
          return this.end();
        },
      )
      .finally(() => (this.renewing = undefined));
    return this.renewing;
  }

  private touched(): void {
    // Who comes back too late is not there: the end comes first.
    void this.endIfIdle();
    this.tabs.touched();
    window.clearTimeout(this.idle);
    this.idle = window.setTimeout(() => void this.endIfIdle(), this.settings.idle_minutes * 60_000);
  }

  private async endIfIdle(): Promise<void> {
    const user = this.user.value;
    if (!user) return;
    if (!this.isIdle()) {
      // Another tab was touched since: looked at again when that can be long enough ago.
      window.clearTimeout(this.idle);
      this.idle = window.setTimeout(() => void this.endIfIdle(), LOOK_EVERY_MS);
      return;
    }
    this.endBrowser();
    void this.endAtIssuer(user.id_token).catch(later);
    await this.end();
  }

  /** For all tabs, also those that slept: the one that wakes first is touched, and would keep them alive. */
  private endBrowser(): void {
    if (!this.tabs.door) this.tabs.close("idle");
    this.tabs.tell({ ended: "idle" });
  }

  private isIdle(): boolean {
    return this.tabs.isIdle(this.settings.idle_minutes * 60_000);
  }

  /** Without leaving the page; where the issuer is away, the door's `prompt=login` asks all the same. */
  private async endAtIssuer(idToken = ""): Promise<void> {
    const endpoint = await this.manager.metadataService.getEndSessionEndpoint();
    const query = new URLSearchParams({ id_token_hint: idToken, client_id: this.settings.client_id });
    if (endpoint) await fetch(`${endpoint}?${query}`, { redirect: "manual", keepalive: true });
  }

  private heard(told: Told): void {
    const user = this.user.value;
    if (!user || this.isLeaving) return;
    if ("ended" in told) void this.end(told.ended === "left" ? "left" : "ended");
    else if (told.began !== user.profile.sub) void this.end("switched");
  }
}

function pathOf(state: unknown): string {
  return typeof state === "string" ? state : "/";
}

/** Not reached now: the next request tries again, and says so if it fails. */
function later(): void {
  return;
}
