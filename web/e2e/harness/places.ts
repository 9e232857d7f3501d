// Every page there is, with somebody who may see it and what must be there before it is looked at. A page without
// parameters in its path is found in the console's registry; one with them gets an entry in `WITH_PARAMETERS`, and a
// page that needs more than its headline to be whole one in `WHOLE_WITH`.
import { MATRIX } from "@kit/api/generated/permissions";

import { pages, type Page } from "../../console/src/shell/page";
import { accountOf, platform } from "./browser";

export interface Place {
  /** A name for files: `merchants`, `merchants-id`. */
  name: string;
  role: string;
  /** The whole path, such as `/console/merchants`. */
  path: string;
  /** A selector that is there when the page is whole. */
  whole: string;
}

/** Asks a service as somebody with this role. */
export async function ask(role: string, path: string): Promise<unknown> {
  const { username, password } = accountOf(role);
  const login = await fetch(`${platform.address}/issuer/token`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username, password }),
  });
  const { access_token: token } = (await login.json()) as { access_token: string };
  const answer = await fetch(platform.address + path, { headers: { authorization: `Bearer ${token}` } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** The path of a page with parameters, filled with something of the sample city. */
const WITH_PARAMETERS: Record<string, (role: string) => Promise<string>> = {};

const WHOLE_WITH: Record<string, string> = {
  "/merchants": "#content tbody tr, #content li",
};

/** All of the console. */
export function consolePlaces(): Promise<Place[]> {
  return Promise.all(pages.filter((page) => page.path !== "/login").map(placeOf));
}

/** Whose menu has the page. */
export function rolesOf(page: Page): string[] {
  const roles = [...new Set(platform.accounts.map((account) => account.role))];
  if (page.permissions.length === 0) return roles;
  return roles.filter((role) =>
    page.permissions.some((permission) => (MATRIX[permission] as readonly string[]).includes(role)),
  );
}

async function placeOf(page: Page): Promise<Place> {
  const [role] = rolesOf(page);
  if (!role) throw new Error(`nobody may see ${page.path}`);
  const fill = WITH_PARAMETERS[page.path];
  if (page.path.includes(":") && !fill) throw new Error(`say in harness/places.ts what stands for ${page.path}`);
  const path = fill ? await fill(role) : page.path;
  const name = page.path.replace(/[/:]+/g, "-").replace(/^-|-$/g, "") || "home";
  return { name, role, path: `/console${path}`, whole: WHOLE_WITH[page.path] ?? "#content h1" };
}
