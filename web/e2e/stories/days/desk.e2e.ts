// The dispatch desk: two operators press at the same moment, the board moves in front of whoever looks at it, and who calls
// again is found.
import type { Route } from "playwright-core";
import { expect, test } from "vitest";

import { placeWhereFirst } from "../../harness/history";
import { type Person, story } from "../../harness/story";

const told = story("desk");
/** Sooner than a board is read anew while its stream is there. */
const LIVE_WITHIN_MS = 15_000;
/** Later than an order is read anew in any case. */
const ORDER_WITHIN_MS = 30_000;
let place: { item: string; area: number };
let request: string;

/** Types what a caller says, up to the address. */
async function typesIn(operator: Person, name: string): Promise<void> {
  const { page } = operator;
  await operator.presses("n");
  for (const [field, text] of [
    ["服务项目", place.item],
    ["街道或镇", String(place.area)],
  ] as const) {
    await operator.waitsForFocus(field);
    await page.keyboard.type(text);
    await operator.presses("Enter");
  }
  await operator.waitsForFocus("称呼");
  await page.keyboard.type(name);
  await operator.presses("Tab");
  await page.keyboard.type("13800000000");
  await operator.presses("Tab");
  await page.keyboard.type("2 幢 202 室");
}

/** Takes a request in for which somebody has to choose, and gives where it is. */
async function takesIn(operator: Person, name: string): Promise<string> {
  await typesIn(operator, name);
  await operator.presses("Tab", "Tab", "Tab", "ArrowDown", "Control+Enter");
  await operator.sees("选择企业并派单");
  return new URL(operator.page.url()).pathname.replace("/console", "");
}

/** The code that stands there to be read out. */
async function readOut({ page }: Person): Promise<string> {
  const groups = await page.locator("[role=status]", { hasText: "念给来电人" }).locator("p span").allInnerTexts();
  return groups.slice(0, 3).join("-");
}

/** Looks for what a caller says, by keyboard. */
async function looksFor(operator: Person, what: string): Promise<void> {
  await operator.follows("诉求");
  await operator.page.getByRole("button", { name: "未完成" }).waitFor();
  await operator.presses("/");
  await operator.page.keyboard.type(what);
  await operator.presses("Enter");
}

/** Lets what all of them send go on only once each has sent it. */
async function atOnce(people: Person[]): Promise<void> {
  let open: () => void = () => undefined;
  const all = new Promise<void>((resolve) => (open = resolve));
  let arrived = 0;
  const hold = async (route: Route) => {
    arrived += 1;
    if (arrived === people.length) open();
    await all;
    await route.continue();
  };
  for (const { page } of people) await page.route("**/dispatch/v1/jobs/*/assignments?*", hold);
}

const column = ({ page }: Person, name: string) =>
  page.locator("section", { has: page.getByRole("heading", { name }) }).locator(`a[href$="${request}"]`);

test("of two who dispatch at once the second is told who was first, and that the choice was not taken", async () => {
  const { services } = told;
  place = await placeWhereFirst(services, await services.merchant());
  const one = await told.signsIn("operator", "/requests");
  request = await takesIn(one, "黄女士");
  const other = await told.signsIn("operator2", request, "phone");
  await other.sees("同时打开");
  await one.sees("同时打开");
  await atOnce([one, other]);
  for (const person of [one, other]) await person.clicks("派单给首位");
  await Promise.all([one, other].map((person) => person.clicks("由我派单")));

  const note = ({ page }: Person) => page.getByRole("alert").filter({ hasText: "您的选择没有生效" });
  await expect.poll(async () => (await note(one).count()) + (await note(other).count())).toBe(1);
  const [first, second] = (await note(one).count()) ? [other, one] : [one, other];
  const merchant = await services.name(await services.merchant());
  await expect.poll(() => note(second).innerText()).toContain(merchant);
  expect(await note(second).innerText()).toMatch(/^(?!您).* 已于 \d\d:\d\d 派给/);
  await first.page.locator("ol li", { hasText: merchant }).first().waitFor();
  expect(await note(first).count(), "who was first is told no such thing").toBe(0);
});

test("the board shows the offer with its deadline, and the merchant's answer moves it before the next reading", async () => {
  const desk = await told.signsIn("operator", "派单看板");
  await column(desk, "已派待接").waitFor();
  expect(await column(desk, "已派待接").innerText()).toMatch(/到期/);
  await desk.sees("实时");
  const company = await told.signsIn("merchant", "/company/jobs", "phone");
  await company.clicks("接单");
  await column(desk, "进行中").waitFor({ timeout: LIVE_WITHIN_MS });
  await column(desk, "已派待接").waitFor({ state: "detached", timeout: LIVE_WITHIN_MS });
});

test("without its stream the board says so and is read anew all the same", async () => {
  const desk = await told.signsIn("operator", "/requests");
  await desk.page.route("**/dispatch/v1/board/stream?*", (route) => route.fulfill({ status: 503 }));
  await desk.presses("b");
  await desk.sees(/连接断开/);
  await column(desk, "进行中").waitFor();
  const company = await told.signsIn("merchant", "/company/jobs", "phone");
  await company.does("报告完工");
  await column(desk, "进行中").waitFor({ state: "detached" });
});

test("who calls again is found by the code that was read out, and another code finds nobody", async () => {
  const desk = await told.signsIn("operator", "/requests");
  const taken = await takesIn(desk, "卫先生");
  const code = await readOut(desk);
  await looksFor(desk, code.toLowerCase().replaceAll("-", " ").replaceAll("0", "o"));
  await desk.page.waitForURL(`**${taken}`);
  await desk.sees("选择企业并派单");
  await looksFor(desk, "00000-00000-00000");
  await desk.sees(/本市没有这个查询码/);
  await desk.page.locator("h2:focus", { hasText: "按查询码查找" }).waitFor();
  await desk.clicks("回到清单");
  await desk.page.locator(`#content a[href$="${taken}"]`).waitFor();
});

test("what is cleared by mistake comes back, and a time that is over is marked where it stands", async () => {
  const desk = await told.signsIn("operator", "/requests");
  const { page } = desk;
  await typesIn(desk, "沈女士");
  await desk.clicks("清空");
  await desk.waitsForFocus("服务项目");
  expect(await page.getByLabel("称呼").inputValue()).toBe("");
  await desk.presses("Shift+Tab");
  await page.locator("button:focus", { hasText: "撤销" }).waitFor();
  await desk.presses("Enter");
  await desk.waitsForFocus("服务项目");
  expect(await page.getByLabel("称呼").inputValue()).toBe("沈女士");

  await desk.ticks("约定时间");
  await desk.types("约定的日期和时间", `${told.day(-1)}T09:00`);
  expect(await page.getByText("时间已经过去").count(), "nobody is done with it yet").toBe(0);
  await page.getByLabel("情况说明").focus();
  await desk.sees(/时间已经过去/);
  await desk.types("约定的日期和时间", `${told.day(2)}T09:00`);
  await page.getByText("时间已经过去").waitFor({ state: "detached" });
  await desk.presses("Control+Enter");
  await page.waitForURL(/\/requests\/[0-9a-f-]{36}$/);
});

test("who plans sees first what is wanted last, and home leads to what is one's own and open", async () => {
  const desk = await told.signsIn("operator", "/requests");
  const { page } = desk;
  const wanted = page.getByRole("columnheader", { name: "希望时间" });
  for (const [sort, direction] of [
    ["wanted", "ascending"],
    ["-wanted", "descending"],
  ] as const) {
    await wanted.getByRole("button").click();
    await page.waitForURL(`**/requests?sort=${sort}`);
    await expect.poll(() => wanted.getAttribute("aria-sort")).toBe(direction);
  }
  await expect.poll(() => page.locator("#content tbody tr").first().innerText()).toContain("沈**");
  await desk.follows("81890");
  const open = page.getByRole("link", { name: /我经办的，未完成/ });
  await expect.poll(() => open.innerText()).toMatch(/^\d+/);
  const [count] = (await open.innerText()).match(/^\d+/) ?? [];
  await open.click();
  await page.waitForURL("**/requests?whose=mine&status=open");
  await desk.sees(new RegExp(`^共 ${count} 条`));
});

test("a merchant that was picked never becomes another: who sees it leave is told, chooses again, and says why", async () => {
  const desk = await told.signsIn("operator", "/requests");
  const { page } = desk;
  await takesIn(desk, "施女士");
  await page.getByRole("radio").nth(2).waitFor();
  await desk.presses("j", "j", "j", "Space");
  const label = await page.getByRole("radio", { checked: true }).getAttribute("aria-label");
  const name = label?.replace("选这家: ", "") ?? "";
  const orders = "**/v1/recommendations/explanation?*";
  await desk.presses("d");
  const question = page.getByRole("dialog");
  await question.getByText("还需填写：不派首位的原因").waitFor();
  expect(await question.innerText()).toContain(name);
  await page.route(orders, async (route) => {
    const response = await route.fetch();
    const order: { candidates: { name: string }[] } = await response.json();
    const candidates = order.candidates.filter((one) => one.name !== name);
    await route.fulfill({ response, json: { ...order, candidates } });
  });
  await question.getByText("请重新选择").waitFor({ timeout: ORDER_WITHIN_MS });
  expect(await question.innerText()).toContain(name);
  expect(await question.getByRole("button", { name: "派给所选企业" }).isDisabled()).toBe(true);
  await desk.clicks("取消");
  await page.getByRole("alert").filter({ hasText: "请重新选择" }).waitFor();
  expect(await page.getByRole("radio", { checked: true }).count(), "nobody else is picked instead").toBe(0);

  await page.getByRole("radio").nth(1).check();
  await desk.presses("d");
  await question.getByRole("combobox").selectOption("市民指定");
  await question.getByRole("button", { name: "派给所选企业" }).click();
  await desk.sees("没有派给首位，理由：市民指定。");
  await desk.follows("派单依据 ›");
  await desk.sees(/改派给排序第 \d+ 位.*，原因：市民指定/);
});
