// The two ends of what a merchant can meet: a red line, for which it is suspended at once, removed and banned; and a small
// matter that it puts right and proves.
import { expect, test } from "vitest";

import { CITY } from "../../harness/services";
import { story } from "../../harness/story";

const told = story("measures", "2026-05-11");

test("a red line is crossed: one person suspends at once, another confirms it", async () => {
  const company = await told.services.name(await told.services.merchant());
  const officer = await told.signsIn("officer", "失信处理");
  await officer.does("立案", async () => {
    await officer.picksMerchant(company);
    await officer.picks("事由", "红线");
    await officer.picks("红线", "隐瞒");
    await officer.picks("违反的条款", /./);
    await officer.types("查明的事实", "隐瞒一起入户伤人事故，报警后查实。");
  });
  await officer.page.waitForURL("**/proceedings/*");
  await officer.does("紧急暂停", () => officer.types("理由", "事故未处理完，继续派单有危险。"));
  await officer.does("发出告知", async () => {
    await officer.picks("措施", "清退");
    await officer.types("理由", "隐瞒事故，触及红线。");
  });

  const reviewer = await told.signsIn("reviewer", "失信处理");
  await reviewer.opensFirst();
  await reviewer.does("确认紧急暂停");
  const citizen = await told.passesBy(`/merchants/${await told.services.merchant()}`, "phone");
  await citizen.sees("暂停");
});

test("nobody answered in time: it is removed, listed with its ban, and shown to everybody", async () => {
  await told.sleeps(10);
  const reviewer = await told.signsIn("reviewer", "失信处理");
  await reviewer.opensFirst();
  await reviewer.does("作出决定", async () => {
    await reviewer.sees("禁入 12 个月");
    await reviewer.types("理由", "事实清楚，企业未作答复。");
  });
  await reviewer.sees("措施生效");

  const company = await told.services.name(await told.services.merchant());
  const officer = await told.signsIn("officer", "禁入");
  await officer.sees(company);
  const citizen = await told.passesBy("/publicity", "phone");
  await citizen.sees(company);
});

test("everybody narrows the board to what concerns them, and the address keeps it", async () => {
  const merchant = await told.services.merchant();
  const path = `/credit/v1/merchants/${merchant}?city=${CITY}`;
  const { name, home } = await told.services.ask<{ name: string; home: number }>("officer", path);
  const district = String(Math.floor(home / 1_000));
  const citizen = await told.passesBy("/publicity", "phone");
  const removal = citizen.page.getByRole("article").filter({ hasText: name }).filter({ hasText: "清退" });
  await citizen.selects("类别", "褒扬");
  await citizen.sees("没有符合条件的公示");
  await citizen.selects("类别", "清退");
  await removal.waitFor();
  await citizen.selects("区县", district);
  await removal.waitFor();
  expect(new URL(citizen.page.url()).search).toBe(`?kind=removal&district=${district}`);
  await citizen.page.reload();
  await removal.waitFor();
  await citizen.selects("区县", district === "330225" ? "330226" : "330225");
  await citizen.sees("没有符合条件的公示");
  await citizen.selects("区县", "全部");
  await removal.waitFor();
});

test("another one has to put something right, proves it, and has it judged", async () => {
  const second = await told.services.name(await told.services.merchant("merchant2"));
  const officer = await told.signsIn("officer", "失信处理");
  await officer.does("立案", async () => {
    await officer.picksMerchant(second);
    await officer.picks("类别", "一般");
    await officer.picks("违反的条款", /./);
    await officer.types("查明的事实", "门店价目表缺三项。");
  });
  await officer.page.waitForURL("**/proceedings/*");
  const { pathname } = new URL(officer.page.url());
  const proceeding = pathname.replace("/console", "");
  await officer.does("发出告知", async () => {
    await officer.picks("措施", "整改");
    await officer.types("理由", "价目表不全。");
  });
  await told.sleeps(10);
  const reviewer = await told.signsIn("reviewer", proceeding);
  await reviewer.does("作出决定", () => reviewer.types("理由", "属实，限期改正。"));

  const company = await told.signsIn("merchant2", "/company/cases", "phone");
  await company.opensFirst();
  await company.does("提交整改证明", () => company.types("内容", "价目表已补全，照片存档案 2026-77。"));
  const judge = await told.signsIn("reviewer", proceeding);
  await judge.does("验收整改", async () => {
    await judge.ticks("同意");
    await judge.types("理由", "现场看过，三项都已标价。");
  });
  await judge.sees("现场看过，三项都已标价。");
  expect(await judge.page.getByRole("button", { name: "验收整改" }).count()).toBe(0);
});
