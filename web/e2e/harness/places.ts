// Every page there is, with somebody who may see it and what must be there before it is looked at. Pages are found in
// the registries of console and public pages, so a new one is looked at without a word here; one with a parameter in
// its path needs to be told in `EXAMPLES` where something to show is found, and one that is not whole with its
// headline has what makes it whole in `WHOLE_WITH`.
import { MATRIX } from "@kit/api/generated/permissions";

import { pages, type Page } from "../../console/src/shell/page";
import { accountOf, platform, type Visitor } from "./browser";
import { Services } from "./history";

export interface Place {
  /** A name for files: `console-merchants`, `public-verify`. */
  name: string;
  title: { zh: string; en: string };
  /** Null for the public pages, which nobody signs in to. */
  role: string | null;
  /** As the address bar has it, with its parameters: `/console/merchants/:id`. */
  pattern: string;
  /** The same with an example; null where the sample city has none. */
  path: string | null;
  /** A selector that is there when the page is whole. */
  whole: string;
}

const CITY = 330_200;

/** Asks as somebody with a role. */
export const services = new Services(platform.address, platform.accounts);

/** For a pattern with parameters: a list whose first item stands for them, by fields of the same names or by the one
 *  after `#` (`:merchant` in the list is that of the account); null for what the city of the stories has none of. */
const EXAMPLES: Record<string, string | null> = {
  "/console/merchants/:id": `/credit/v1/merchants?city=${CITY}&limit=1`,
  "/console/admission/:id": `/credit/v1/applications?city=${CITY}&limit=1`,
  "/console/proceedings/:id": `/credit/v1/proceedings?city=${CITY}&limit=1`,
  "/console/objections/:id": `/credit/v1/objections?city=${CITY}&limit=1`,
  "/console/evaluations/:id": `/credit/v1/evaluations?city=${CITY}&limit=1`,
  "/console/imports/:id": `/credit/v1/imports?city=${CITY}&limit=1`,
  "/console/models/:id": "/credit/v1/models?limit=1",
  "/console/standards/:slug": `/credit/v1/standards?city=${CITY}&limit=1`,
  "/console/activities/:id": `/credit/v1/activities?city=${CITY}&limit=1`,
  "/console/evaluations/:id/reports/:merchant": null,
  "/console/simulations/:id": null,
  "/console/volunteering/:date": null,
  "/console/inspections/:id": `/credit/v1/inspections?city=${CITY}&limit=1`,
  "/console/requests/:id": `/dispatch/v1/jobs?city=${CITY}&state=completed&limit=1#request`,
  "/console/decisions/:assignment": `/dispatch/v1/assignments?city=${CITY}&limit=1#id`,
  "/console/company/workers/:id/card": `/credit/v1/merchants/:merchant/workers?city=${CITY}&limit=1`,
  "/console/company/cases/:id": null,
  "/console/company/objections/:id": null,
  "/certificates/:number": null,
  "/console/cases/:id": `/feedback/v1/cases?city=${CITY}&limit=1`,
  "/merchants/:id": `/credit/v1/merchants?city=${CITY}&limit=1`,
  "/merchants/:id/price-board": `/credit/v1/merchants?city=${CITY}&limit=1`,
};

const WHOLE_WITH: Record<string, string> = {
  "/console/merchants": "#content tbody tr, #content li",
};

/** Who asks for the examples of public pages. */
const READER = "credit_officer";

interface PublicPage {
  path: string;
  title: { zh: string; en: string };
}
/** A pattern rather than an import: it finds nothing where there are no public pages. */
const found = import.meta.glob<{ pages: readonly PublicPage[] }>("../../public/src/shell/page.ts", { eager: true });
const publicPages = Object.values(found).flatMap((module) => module.pages);

/** All that need an example in [`EXAMPLES`] and have none. */
export const withoutExample: string[] = [
  ...pages.map((page) => `/console${page.path}`),
  ...publicPages.map((page) => page.path),
].filter((pattern) => pattern.includes(":") && EXAMPLES[pattern] === undefined);

/** All pages behind the console's door, then all public ones. */
export async function allPlaces(): Promise<Place[]> {
  const inside = pages.filter((page) => page.path !== "/login");
  return [...(await Promise.all(inside.map(consolePlace))), ...(await Promise.all(publicPages.map(publicPlace)))];
}

/** The roles of this platform's accounts that may see the page. */
export function rolesOf(page: Page): string[] {
  const roles = [...new Set(platform.accounts.map((account) => account.role))];
  if (page.permissions.length === 0) return roles;
  return roles.filter((role) =>
    page.permissions.some((permission) => (MATRIX[permission] as readonly string[]).includes(role)),
  );
}

/** Opens it, as somebody who may see it, and waits until it is whole. */
export async function visit(visitor: Visitor, { role, path, whole }: Place): Promise<void> {
  if (!path) throw new Error("the sample city has no example of this page");
  if (role) await visitor.signIn(accountOf(role), path);
  else await visitor.open(path);
  await visitor.page.locator(whole).first().waitFor();
}

async function consolePlace(page: Page): Promise<Place> {
  const [role] = rolesOf(page);
  if (!role) throw new Error(`nobody may see ${page.path}`);
  const pattern = `/console${page.path}`;
  const whole = WHOLE_WITH[pattern] ?? "#content h1";
  return { name: nameOf(pattern), title: page.title, role, pattern, path: await filled(pattern, role), whole };
}

async function publicPlace({ path: pattern, title }: PublicPage): Promise<Place> {
  const path = await filled(pattern, READER);
  return { name: nameOf(`/public${pattern}`), title, role: null, pattern, path, whole: WHOLE_WITH[pattern] ?? "h1" };
}

function nameOf(path: string): string {
  return path.replace(/[/:]+/g, "-").replace(/^-|-$/g, "");
}

async function filled(pattern: string, role: string): Promise<string | null> {
  if (!pattern.includes(":")) return pattern;
  const [list, field] = EXAMPLES[pattern]?.split("#") ?? [];
  if (!list) return null;
  const ofOwn = list.includes(":merchant") ? list.replace(":merchant", await services.merchant()) : list;
  const { items } = await services.ask<{ items: Record<string, unknown>[] }>(role, ofOwn);
  const [example] = items;
  return example ? pattern.replace(/:(\w+)/g, (_, name: string) => String(example[field ?? name])) : null;
}
