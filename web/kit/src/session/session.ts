// Who is logged in: OIDC with PKCE, by a library that keeps to the standard. Tokens live in this tab's session
// storage; the refresh token is used once, and the session ends when nobody touched the page for a while.
import { UserManager, WebStorageStateStore, type User } from "oidc-client-ts";
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

export class Session {
  private readonly manager: UserManager;
  private readonly user = shallowRef<User | null>(null);
  private idle: number | undefined;

  readonly current = readonly(this.user);
  readonly roles = computed<string[]>(() => (this.user.value?.profile.roles as string[] | undefined) ?? []);
  /** The merchant whose account it is; none for staff. */
  readonly merchant = computed(() => this.user.value?.profile.merchant as string | undefined);
  readonly name = computed(() => this.user.value?.profile.preferred_username ?? this.user.value?.profile.sub ?? "");

  constructor(
    private readonly settings: SessionSettings,
    /** The address of the pages, with a slash at its end. */
    base: string,
  ) {
    this.manager = new UserManager({
      authority: new URL(settings.issuer, base).href,
      client_id: settings.client_id,
      redirect_uri: base + LOGIN_BACK,
      post_logout_redirect_uri: base,
      scope: "openid offline_access",
      automaticSilentRenew: true,
      userStore: new WebStorageStateStore({ store: window.sessionStorage }),
    });
    this.manager.events.addUserLoaded((user) => {
      this.user.value = user;
    });
    this.manager.events.addUserUnloaded(() => {
      this.user.value = null;
    });
    this.manager.events.addSilentRenewError(() => void this.forget());
    this.manager.events.addAccessTokenExpired(() => void this.forget());
  }

  /** Takes up the session of this tab, if it has one. */
  async resume(): Promise<void> {
    const user = await this.manager.getUser();
    this.user.value = user && !user.expired ? user : null;
    for (const touch of ["pointerdown", "keydown"])
      window.addEventListener(touch, () => this.touched(), { passive: true });
    this.touched();
  }

  /** Goes to the issuer's page; afterwards back to `path`. */
  login(path: string): Promise<void> {
    return this.manager.signinRedirect({ state: path });
  }

  /** Ends the visit to the issuer; gives the path from which it began. */
  async back(): Promise<string> {
    const user = await this.manager.signinRedirectCallback();
    this.user.value = user;
    return typeof user.state === "string" ? user.state : "/";
  }

  /** Here and at the issuer. */
  async logout(): Promise<void> {
    await this.manager.signoutRedirect();
  }

  /** Whether one of the roles has one of the permissions: what menus show. What is allowed, the server decides. */
  may(...any: Permission[]): boolean {
    return any.some((permission) => MATRIX[permission].some((role) => this.roles.value.includes(role)));
  }

  /** For the services. */
  async token(): Promise<string | null> {
    const user = await this.manager.getUser();
    return user && !user.expired ? user.access_token : null;
  }

  private async forget(): Promise<void> {
    await this.manager.removeUser();
    this.user.value = null;
  }

  private touched(): void {
    window.clearTimeout(this.idle);
    this.idle = window.setTimeout(() => void this.forget(), this.settings.idle_minutes * 60_000);
  }
}
