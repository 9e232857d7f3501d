// The main path: a citizen calls, a merchant comes, the citizen is called back the next day, and what is verified from
// that call moves the merchant in front of whoever looks at the order.
import { expect, test } from "vitest";

import { placeWhereFirst } from "../../harness/history";
import { CITY } from "../../harness/services";
import { story } from "../../harness/story";

const told = story("breach");
let merchant: string;
let place: { item: string; area: number };
let suspected: string;

const chosen = (field: Element) =>
  (field instanceof HTMLSelectElement ? field.selectedOptions[0]?.text.trim() : "") ?? "";

test("an operator takes the call and dispatches without a mouse; the merchant accepts and does the job", async () => {
  const { services } = told;
  merchant = await services.merchant();
  place = await placeWhereFirst(services, merchant);

  const operator = await told.signsIn("operator", "/requests");
  await operator.presses("n");
  await operator.waitsForFocus("服务项目");
  await operator.page.keyboard.type(place.item);
  await operator.presses("Enter");
  await operator.waitsForFocus("街道或镇");
  await operator.page.keyboard.type(String(place.area));
  await operator.presses("Enter");
  await operator.waitsForFocus("称呼");
  await operator.page.keyboard.type("王先生");
  await operator.presses("Tab");
  await operator.page.keyboard.type("13800000000");
  await operator.presses("Tab");
  await operator.page.keyboard.type("1 幢 101 室");
  // Past the time and what it is about, to who chooses.
  await operator.presses("Tab", "Tab", "Tab", "ArrowDown");
  await operator.presses("Control+Enter");
  await operator.sees("选择企业并派单");
  await operator.tabsTo("派单给首位");
  await operator.presses("Enter");
  await operator.sees("已派单");

  const company = await told.signsIn("merchant", "/company/jobs", "phone");
  await company.clicks("接单");
  await company.clicks("查看联系方式");
  await company.confirms();
  await company.sees("1 幢 101 室");
  await company.does("报告完工");
  await company.sees("次日会有回访");
  await operator.sees("已完成");
});

test("the next day the citizen is called back and says what went wrong", async () => {
  await told.sleeps(1);
  const caller = await told.signsIn("caller", "回访");
  await caller.opensFirst();
  await caller.hasAtHand("开始回访");
  await caller.presses("c");
  await caller.hasAtHand("记录并打开下一单");
  await caller.page.locator("#content form input:focus").waitFor();

  // The same on the way, with one thumb: what one has claimed is found again.
  const onTheWay = await told.signsIn("caller", "/callbacks?due=mine", "phone");
  await onTheWay.clicks(/完工/);
  await onTheWay.hasAtHand("记录并打开下一单");

  await caller.within("收费与公示价格一致吗？").getByLabel("否").check();
  await caller.ticks("疑似失信");
  await caller.types("还说了什么", "加收了报价单上没有的费用。");
  await caller.page.getByLabel("疑似违反哪一条承诺").selectOption({ index: 2 });
  suspected = await caller.page.getByLabel("疑似违反哪一条承诺").evaluate(chosen);
  await caller.presses("Control+Enter");
  await caller.sees("已记录");
});

test("verified, it moves the merchant in another window without a reload, with its cause", async () => {
  const operator = await told.signsIn("operator2", `/ranking?item=${place.item}&area=${place.area}`);
  await operator.page.locator(`#content section a[href$="/merchants/${merchant}"]`).first().waitFor();
  await operator.page.evaluate(() => document.body.setAttribute("data-never-left", ""));

  const citizen = await told.passesBy(`/merchants/${merchant}`, "phone");
  const grade = citizen.page.locator("header .grade strong");
  const before = await grade.innerText();

  const company = await told.signsIn("merchant", "处理与异议");
  await company.does("说明情况", () => company.types("内容", "多收的是停车费，上门前说明过。"));
  await company.sees("查看");

  const officer = await told.signsIn("officer", "/cases");
  await officer.opensFirst();
  await officer.sees("多收的是停车费，上门前说明过。");
  // The citizen's words alone stand in the quote; what the caller makes of them stands beside it.
  expect(await officer.page.locator("blockquote").first().innerText()).toBe("加收了报价单上没有的费用。");
  await officer.sees(suspected);
  await officer.clicks("核实失信");
  const dialog = officer.page.getByRole("dialog");
  await dialog.getByText(suspected).first().waitFor();
  await officer.ticks(/影响 1 至 3 年/);
  const foreseen = await dialog.locator("dl strong").allInnerTexts();
  await officer.confirms();

  const moves = operator.page.locator("aside ol[aria-live=polite]");
  await moves.locator(`li:has(a[href$="/merchants/${merchant}"])`).waitFor();
  await expect.poll(() => moves.innerText()).toContain("失信");
  expect(await operator.page.locator("body[data-never-left]").count(), "it was reloaded").toBe(1);

  // Whoever reads the public page meanwhile is not left with what held before.
  await grade.filter({ hasNotText: new RegExp(`^${before}$`) }).waitFor();

  // What was foreseen is what came of it: its grade before and then, and its score then.
  const now = await told.services.ask<{ grade: string; score: number }>(
    "operator",
    `/credit/v1/merchants/${merchant}?city=${CITY}`,
  );
  expect(foreseen).toEqual([expect.any(String), now.grade, String(now.score)]);

  await officer.does("立案处理", () => officer.types("查明的事实", "加收报价单上没有的费用，回访与收据一致。"));
  await officer.page.waitForURL("**/proceedings/*");
  // The proceeding leads back to its case, and that knows of it: none is opened twice.
  await officer.page.getByRole("link", { name: "核实的失信" }).click();
  await officer.sees("处理程序：已立案");
  expect(await officer.page.getByRole("button", { name: "立案处理" }).count()).toBe(0);
});
