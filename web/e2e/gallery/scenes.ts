// What has to be opened, or to go wrong, before it can be seen: tabs, dialogs, states, and the dark. A scene is a page of
// `harness/places.ts` with what is done on it; a page is looked at in every language, a scene in Chinese, at both sizes.
import type { Page as Window } from "playwright-core";

import type { Made } from "../harness/history";
import { platform } from "../harness/browser";
import { type Place, services } from "../harness/places";
import { CITY } from "../harness/services";

export interface Scene {
  name: string;
  title: { zh: string; en: string };
  /** The page, by its pattern. */
  on: string;
  /** Who looks, where it is not the page's usual reader; null signs nobody in. */
  as?: string | null;
  /** What stands behind the path. */
  query?: string;
  /** Whom the page is about, where it is not the page's usual example. */
  about?: "lowered";
  dark?: true;
  /** Before the page is asked for. */
  before?: (window: Window) => Promise<unknown>;
  /** Once it is there. */
  then?: (window: Window) => Promise<void>;
  /** What tells that there is something to see. */
  whole?: string;
}

const TABS = {
  ledger: { zh: "信用台账", en: "Ledger" },
  file: { zh: "档案", en: "File" },
  workers: { zh: "人员", en: "Workers" },
  prices: { zh: "价目", en: "Prices" },
  proceedings: { zh: "处理、异议与公示", en: "Proceedings and board" },
  certificates: { zh: "证书", en: "Certificates" },
  honours: { zh: "荣誉与活动", en: "Honours and activities" },
  scans: { zh: "扫码记录", en: "Scans" },
  notices: { zh: "通知", en: "Notices" },
};

const tabs: Scene[] = Object.entries(TABS).map(([tab, title]) => ({
  name: `tab-${tab}`,
  title,
  on: "/console/merchants/:id",
  query: `?tab=${tab}`,
}));

/** A dialog opens from the button of this name. */
const opens = (button: string) => async (window: Window) => {
  await window.locator("#content").getByRole("button", { name: button, exact: true }).first().click();
  await window.getByRole("dialog").filter({ visible: true }).first().waitFor();
};
const dialog = (name: string, on: string, button: string, en: string, as?: string): Scene => ({
  name: `dialog-${name}`,
  title: { zh: button, en },
  on,
  ...(as && { as }),
  then: opens(button),
});
const dialogs: Scene[] = [
  dialog("verify", "/console/cases/:id", "核实失信", "Verify a breach"),
  dialog("dismiss", "/console/cases/:id", "不成立", "Dismiss a suspicion"),
  dialog("proceeding", "/console/proceedings", "立案", "Open a proceeding", "credit_officer"),
  dialog("inspection", "/console/inspections", "登记发现", "File a finding"),
  dialog("honour", "/console/honours", "提出荣誉", "Propose an honour", "credit_officer"),
  dialog("activity", "/console/activities", "安排活动", "Plan an activity", "credit_officer"),
  dialog("notice", "/console/publicity", "写公示", "Write a notice", "credit_officer"),
  dialog("evaluation", "/console/evaluations", "开始评价", "Begin an evaluation", "credit_officer"),
  dialog("import", "/console/imports", "导入文件", "Import a file", "credit_officer"),
  dialog("prices", "/console/company/prices", "公示价格", "Post prices"),
  dialog("enrol", "/console/company/workers", "登记人员", "Enrol a worker"),
  {
    name: "dialog-keys",
    title: { zh: "快捷键", en: "The keys of a page" },
    on: "/console/requests/new",
    then: async (window) => {
      await window.locator("#content h1").click();
      await window.keyboard.press("?");
      await window.getByRole("dialog").filter({ visible: true }).first().waitFor();
    },
  },
];

/** What a verified breach does to a merchant, on its page, on its own and before the public. */
const lowered: Scene[] = [
  {
    name: "lowered-merchant",
    title: { zh: "信用变化：被降低", en: "Standing: lowered" },
    on: "/console/merchants/:id",
  },
  {
    name: "lowered-ledger",
    title: { zh: "信用台账：失信记录", en: "Ledger: a breach" },
    on: "/console/merchants/:id",
    query: "?tab=ledger",
  },
  {
    name: "lowered-company",
    title: { zh: "怎样提高：有失信记录", en: "What would raise it: after a breach" },
    on: "/console/company/standing",
    as: "merchant2",
  },
  { name: "lowered-public", title: { zh: "企业页：有失信记录", en: "Merchant: after a breach" }, on: "/merchants/:id" },
].map((scene) => ({ ...scene, about: "lowered" as const }));

/** What a citizen is shown who has scanned a code, or has the code of a request. */
const answered: Scene[] = [
  {
    name: "public-scanned",
    title: { zh: "扫码认人：扫到的", en: "At the door: scanned" },
    on: "/door",
    then: async (window) => {
      const own = await services.merchant();
      const list = `/credit/v1/merchants/${own}/workers?city=${CITY}&limit=20`;
      const workers = await services.list<{ id: string; colour: string }>("merchant", list);
      const worker = workers.find(({ colour }) => colour === "green");
      const path = `/credit/v1/workers/${worker?.id}/code?city=${CITY}`;
      const { code } = await services.ask<{ code: string }>("merchant", path, {});
      // As the page that checks certificates hands a worker's code on.
      await window.evaluate((code) => history.replaceState({ ...history.state, code }, ""), code);
      await window.reload();
      await window.getByRole("button", { name: "确认入户" }).waitFor();
    },
  },
  {
    name: "public-tracked",
    title: { zh: "查进度：查到的", en: "A request: found" },
    on: "/track",
    then: async (window) => {
      const { item, area } = platform.job;
      const contact = { name: "卫先生", phone: "13800000000", address: "4 幢 401 室" };
      const request = { city: CITY, item, area, mode: "auto", contact };
      const { tracking_code: code } = await services.ask<{ tracking_code: string }>(
        "operator",
        "/intake/v1/requests",
        request,
      );
      await window.locator("#code").fill(code);
      await window.keyboard.press("Enter");
      await window.locator("article h2").first().waitFor();
    },
  },
];

const REFUSAL = {
  type: "about:blank",
  title: "Too many requests",
  status: 503,
  code: "overloaded",
  trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
};
const LIST = "**/dispatch/v1/jobs?**";
const states: Scene[] = [
  {
    name: "state-loading",
    title: { zh: "读取中", en: "Loading" },
    on: "/console/merchants",
    // Never answered: the window is closed before.
    before: (window) => window.route("**/credit/v1/merchants?**", () => undefined),
    whole: "[role=status][aria-busy=true]",
  },
  {
    name: "state-empty",
    title: { zh: "没有内容", en: "Nothing there" },
    on: "/console/bans",
  },
  {
    name: "state-failed",
    title: { zh: "服务答不上来", en: "A service cannot answer" },
    on: "/console/board",
    before: (window) =>
      window.route(LIST, (route) =>
        route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify(REFUSAL) }),
      ),
    whole: "[role=alert]",
  },
  {
    name: "state-offline",
    title: { zh: "断网：草稿还在", en: "Offline: the draft is kept" },
    on: "/console/requests/new",
    then: async (window) => {
      await window.getByLabel("称呼").fill("王先生");
      await window.context().setOffline(true);
    },
  },
  {
    name: "state-not-allowed",
    title: { zh: "没有权限", en: "Not for this role" },
    on: "/console/models",
    as: "operator",
  },
  {
    name: "state-unknown",
    title: { zh: "没有这一页", en: "No such page" },
    on: "/console/board",
    query: "/nowhere",
  },
  {
    name: "state-public-offline",
    title: { zh: "断网也能核验", en: "Verifying offline" },
    on: "/verify",
    then: async (window) => {
      await window.getByText("断网也能验。").waitFor();
      await window.context().setOffline(true);
    },
  },
];

/** The pages whose colours say most: grades, codes, shares, charts, what is late. */
const DARK = [
  "/console/",
  "/console/requests/new",
  "/console/board",
  "/console/ranking",
  "/console/merchants",
  "/console/merchants/:id",
  "/console/cases/:id",
  "/console/proceedings/:id",
  "/console/models/:id",
  "/console/evaluations/:id",
  "/console/operations/overview",
  "/console/company/standing",
  "/",
  "/publicity",
  "/merchants/:id",
  "/certificates/:number",
];

/** All scenes that are told here, with the places that they are on, in a city with what was made there. */
export function scenesOn(places: readonly Place[], made: Pick<Made, "lowered">): (Scene & { place: Place })[] {
  const at = (pattern: string) => {
    const place = places.find((place) => place.pattern === pattern);
    if (!place) throw new Error(`no page at ${pattern}`);
    return place;
  };
  const dark = DARK.map((pattern): Scene => {
    const { name, title } = at(pattern);
    return { name: `dark-${name}`, title, on: pattern, dark: true };
  });
  const of = ({ on, about }: Scene): Place => {
    const place = at(on);
    return about ? { ...place, path: place.pattern.replace(":id", made[about]) } : place;
  };
  return [...tabs, ...lowered, ...answered, ...dialogs, ...states, ...dark].map((scene) => ({
    ...scene,
    place: of(scene),
  }));
}
