// Who is logged in: OIDC with PKCE, by a library that keeps to the standard. Tokens live in this tab's session
// storage; a refresh token is used once, and the session ends when nobody touched the page for a while. A network that
// is away ends nothing: the next request renews.
import { ErrorResponse, UserManager, WebStorageStateStore, type User } from "oidc-client-ts";
import { computed, readonly, shallowRef } from "vue";

import { MATRIX } from "../api/generated/permissions";

export type Permission = keyof typeof MATRIX;

/** Where the issuer is and who we are to it; `settings.json` of a deployment says it. */
export interface SessionSettings {
  issuer: string;
  client_id: string;
  /** Minutes without a key or a click after which the session ends. */
  idle_minutes: number;
}

const LOGIN_BACK = "login/back";
/** A token that ends sooner than this, in seconds, is renewed before it is used. */
const RENEW_BEFORE_S = 10;

export class Session {
  private readonly manager: UserManager;
  private readonly user = shallowRef<User | null>(null);
  private idle: number | undefined;
  private touchedAt = Date.now();
  private renewing: Promise<void> | undefined;
  private isLeaving = false;

  readonly current = readonly(this.user);
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
      userStore: store,
      stateStore: store,
    });
    this.manager.events.addUserUnloaded(() => {
      if (!this.isLeaving) this.user.value = null;
    });
    this.manager.events.addAccessTokenExpiring(() => void this.renew().catch(later));
  }

  /** Takes up the session of this tab, if it has one. */
  async resume(): Promise<void> {
    this.user.value = await this.manager.getUser();
    await this.token().catch(later);
    for (const touch of ["pointerdown", "keydown"])
      window.addEventListener(touch, () => this.touched(), { passive: true });
    // Timers stand still while a machine sleeps.
    document.addEventListener("visibilitychange", () => this.endIfIdle());
    this.touched();
  }

  /** Goes to the issuer's page; afterwards back to `path`. */
  login(path: string): Promise<void> {
    return this.manager.signinRedirect({ state: path, nonce: crypto.randomUUID() });
  }

  /** Ends the visit to the issuer; gives the path from which it began. */
  async back(): Promise<string> {
    const user = await this.manager.signinRedirectCallback();
    this.user.value = user;
    return typeof user.state === "string" ? user.state : "/";
  }

  /** Here and at the issuer. */
  async logout(): Promise<void> {
    this.isLeaving = true;
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

  /** Here alone: the issuer or a service does not know it any more, or nobody is there. */
  async end(): Promise<void> {
    await this.manager.removeUser();
    this.user.value = null;
  }

  /** For the services: renewed if need be, null without a session. Throws when the issuer cannot be reached. */
  async token(): Promise<string | null> {
    this.endIfIdle();
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
    this.touchedAt = Date.now();
    window.clearTimeout(this.idle);
    this.idle = window.setTimeout(() => this.endIfIdle(), this.settings.idle_minutes * 60_000);
  }

  private endIfIdle(): void {
    const isIdle = Date.now() - this.touchedAt >= this.settings.idle_minutes * 60_000;
    if (isIdle && this.user.value) void this.end();
  }
}

/** Not reached now: the next request tries again, and says so if it fails. */
function later(): void {
  return;
}
