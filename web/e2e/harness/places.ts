// Every page of the console, with somebody who may see it and what must be there before it is looked at. Pages are
// found in the console's own registry, so a new one is looked at without a word here; one with a parameter in its path
// needs to be told in `EXAMPLES` where something to show is found, and one that is not whole with its headline has
// what makes it whole in `WHOLE_WITH`.
import { MATRIX } from "@kit/api/generated/permissions";

import { pages, type Page } from "../../console/src/shell/page";
import { accountOf, platform } from "./browser";

export interface Place {
  /** A name for files: `merchants`, `merchants-id`. */
  name: string;
  title: { zh: string; en: string };
  role: string;
  /** As the page says it: `/merchants/:id`. */
  pattern: string;
  /** The whole path, such as `/console/merchants`; null when the sample city has nothing to show there. */
  path: string | null;
  /** A selector that is there when the page is whole. */
  whole: string;
}

/** For a parameter: the list whose first item stands for it. */
const EXAMPLES: Record<string, string> = {
  "/merchants/:id": "/credit/v1/merchants?city=330200&limit=1",
};

const WHOLE_WITH: Record<string, string> = {
  "/merchants": "#content tbody tr, #content li",
};

/** All of the console, behind its door. */
export function consolePlaces(): Promise<Place[]> {
  return Promise.all(pages.filter((page) => page.path !== "/login").map(placeOf));
}

/** The roles of this platform's accounts that may see the page. */
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
  const name = page.path.replace(/[/:]+/g, "-").replace(/^-|-$/g, "") || "home";
  const path = page.path.includes(":") ? await filled(page.path, role) : page.path;
  return {
    name,
    title: page.title,
    role,
    pattern: page.path,
    path: path && `/console${path}`,
    whole: WHOLE_WITH[page.path] ?? "#content h1",
  };
}

async function filled(pattern: string, role: string): Promise<string | null> {
  const list = EXAMPLES[pattern];
  if (!list) throw new Error(`say in e2e/harness/places.ts where an example for ${pattern} is found`);
  const { items } = (await ask(role, list)) as { items: { id: string }[] };
  const [example] = items;
  return example ? pattern.replace(/:\w+/, example.id) : null;
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
