// The dispatch desk: two operators press at the same moment, and the board moves in front of whoever looks at it.
import type { Route } from "playwright-core";
import { expect, test } from "vitest";

import { placeWhereFirst } from "../../harness/history";
import { type Person, story } from "../../harness/story";

const told = story("desk");
/** Sooner than a board is read anew while its stream is there. */
const LIVE_WITHIN_MS = 15_000;
let place: { item: string; area: number };
let request: string;

/** Takes a request in for which somebody has to choose, and gives where it is. */
async function takesIn(operator: Person, name: string): Promise<string> {
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
  await operator.presses("Tab", "Tab", "Tab", "ArrowDown", "Control+Enter");
  await operator.sees("选择企业并派单");
  return new URL(page.url()).pathname.replace("/console", "");
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
