// Every page there is, with somebody who may see it and what must be there before it is looked at. Pages are found in
// the registries of console and public pages, so a new one is looked at without a word here; one with a parameter in
// its path needs to be told in `EXAMPLES` where something to show is found, and one that is not whole with its
// headline has what makes it whole in `WHOLE_WITH`.
import { MATRIX } from "@kit/api/generated/permissions";

import { pages, type Page } from "../../console/src/shell/page";
import { accountOf, platform, type Visitor } from "./browser";
import { CITY, Services } from "./services";

export interface Place {
  /** A name for files: `console-merchants`, `public-verify`. */
  name: string;
  title: { zh: string; en: string };
  /** Or an account by its name; null for the public pages, which nobody signs in to. */
  role: string | null;
  /** As the address bar has it, with its parameters: `/console/merchants/:id`. */
  pattern: string;
  /** The same with an example; null where the sample city has none. */
  path: string | null;
  /** A selector that is there when the page is whole. */
  whole: string;
}

/** Asks as somebody with a role. */
export const services = new Services(platform.address, platform.accounts);

/** For a pattern with parameters: what the history of the city made for it, or a list whose first item stands for them,
 *  by fields of the same names or by the one after `#` (`:merchant` in the list is that of the account). */
const EXAMPLES: Record<string, string | ((city: Pick<typeof platform, "made" | "job">) => string | string[])> = {
  "/console/merchants/:id": ({ job }) => job.merchant,
  "/console/admission/:id": `/credit/v1/applications?city=${CITY}&limit=1`,
  "/console/proceedings/:id": ({ made }) => made.proceeding,
  "/console/objections/:id": ({ made }) => made.objection,
  "/console/evaluations/:id": ({ made }) => made.evaluation,
  "/console/imports/:id": `/credit/v1/imports?city=${CITY}&limit=1`,
  "/console/models/:id": ({ made }) => made.draft,
  "/console/standards/:slug": `/credit/v1/standards?city=${CITY}&limit=1`,
  "/console/activities/:id": `/credit/v1/activities?city=${CITY}&limit=1`,
  "/console/evaluations/:id/reports/:merchant": ({ made, job }) => [made.evaluation, job.merchant],
  "/console/simulations/:id": ({ made }) => made.simulation,
  "/console/volunteering/:date": ({ made }) => made.reconciled,
  "/console/inspections/:id": `/credit/v1/inspections?city=${CITY}&limit=1`,
  "/console/requests/:id": ({ job }) => job.request,
  "/console/decisions/:assignment": `/dispatch/v1/assignments?city=${CITY}&limit=1#id`,
  "/console/company/workers/:id/card": `/credit/v1/merchants/:merchant/workers?city=${CITY}&limit=1`,
  "/console/company/cases/:id": ({ made }) => made.proceeding,
  "/console/company/objections/:id": ({ made }) => made.objection,
  "/certificates/:number": ({ made }) => made.certificate,
  "/console/cases/:id": `/feedback/v1/cases?city=${CITY}&limit=1`,
  "/merchants/:id": ({ job }) => job.merchant,
  "/merchants/:id/price-board": ({ job }) => job.merchant,
};

const WHOLE_WITH: Record<string, string> = {
  "/console/merchants": "#content tbody tr, #content li",
};

/** Who has more to see on a page than the first role that may see it: an account or a role. */
const SHOWN_TO: Record<string, string> = {
  "/console/merchants": "credit_officer",
  "/console/merchants/:id": "credit_officer",
  "/console/cases": "credit_officer",
  "/console/cases/:id": "credit_officer",
  "/console/objections/:id": "credit_reviewer",
  "/console/inspections": "inspector",
  "/console/decisions/:assignment": "auditor",
  "/console/company/applications": "applicant",
  "/console/operations/letters": "operations",
  "/console/operations/consumers": "operations",
};

/** What is chosen on a page that shows nothing before. */
const CHOSEN: Record<string, string> = {
  "/console/ranking": "?item=refrigerator-repair&area=330203001",
};

/** What somebody types before there is anything to see. */
const TYPED: Record<string, (visitor: Visitor) => Promise<void>> = {
  "/console/requests/new": async ({ page }) => {
    for (const [field, text] of [
      ["item", "冰箱维修"],
      ["area", "南门街道"],
    ]) {
      await page.locator(`#new-${field}`).fill(text ?? "");
      await page.locator(".el-select-dropdown__item:visible").first().click();
    }
    await page.locator("#new-name").fill("王先生");
    await page.locator("#new-phone").fill("13800000000");
  },
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
export async function visit(visitor: Visitor, { role, pattern, path, whole }: Place): Promise<void> {
  if (!path) throw new Error("the sample city has no example of this page");
  if (role) await visitor.openAs(accountOf(role), path);
  else await visitor.open(path);
  await visitor.page.locator(whole).first().waitFor();
  await TYPED[pattern]?.(visitor);
  await visitor.settled();
}

async function consolePlace(page: Page): Promise<Place> {
  const pattern = `/console${page.path}`;
  const role = SHOWN_TO[pattern] ?? rolesOf(page)[0];
  if (!role) throw new Error(`nobody may see ${page.path}`);
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
  if (!pattern.includes(":")) return pattern + (CHOSEN[pattern] ?? "");
  const example = EXAMPLES[pattern];
  if (typeof example !== "string") return example ? withValues(pattern, [example(platform)].flat()) : null;
  const [list = "", field] = example.split("#");
  const ofOwn = list.includes(":merchant") ? list.replace(":merchant", await services.merchant()) : list;
  const [item] = await services.list<Record<string, unknown>>(role, ofOwn);
  return item ? pattern.replace(/:(\w+)/g, (_, name: string) => String(item[field ?? name])) : null;
}

function withValues(pattern: string, values: string[]): string {
  let place = 0;
  return pattern.replace(/:\w+/g, () => values[place++] ?? "");
}
