// What an inspector saw becomes a proceeding by an officer's hand; what a merchant did well is honoured by two people, and where it
// takes part is recorded on the spot.
import { test } from "vitest";

import { story } from "../../harness/story";

const told = story("inspection");

test("an inspector files what was seen, and an officer opens a proceeding about it", async () => {
  const company = await told.services.name(await told.services.merchant());
  const inspector = await told.signsIn("inspector", "巡查", "wide");
  await inspector.does("登记发现", async () => {
    await inspector.picksMerchant(company);
    await inspector.dates("何时所见", `${told.day()} 08:30`);
    await inspector.types("所见", "价格公示牌上没有上门费，收据上有。");
    await inspector.types("照片、测量和复印件存放在哪里", "巡查档案 2026-118");
  });
  await inspector.opensFirst();
  await inspector.sees("待信用专员办理");
  await inspector.follows(/81890/);
  await inspector.follows(/^1\s*我登记的巡查待办理$/);
  await inspector.sees(company);

  const officer = await told.signsIn("officer", "巡查");
  await officer.opensFirst();
  await officer.sees("价格公示牌上没有上门费，收据上有。");
  await officer.clicks("办理");
  await officer.follows("去立案");
  await officer.page.waitForFunction(() =>
    [...document.querySelectorAll("textarea")].some(({ value }) => /没有上门费.*\n.*巡查档案 2026-118/.test(value)),
  );
  await officer.picks("类别", "轻微");
  await officer.picks("违反的条款", /./);
  await officer.confirms();
  await officer.page.waitForURL(/\/inspections\/.*settle=/);
  await officer.confirms();
  await officer.sees("已立案");
  await inspector.page.reload();
  await inspector.sees("没有巡查发现");
  await inspector.follows("已办理");
  await inspector.sees(company);
});

test("an honour is proposed by one and granted by another, and counts", async () => {
  const merchant = await told.services.merchant();
  const company = await told.services.name(merchant);
  const officer = await told.signsIn("officer", "荣誉");
  await officer.does("提出荣誉", async () => {
    await officer.picksMerchant(company);
    await officer.types("授予单位", "宁波市商务局");
    await officer.types("文号", "甬商务〔2026〕8 号");
    await officer.dates("授予日期", told.day(-10));
    await officer.dates("有效至", told.day(700));
  });
  await officer.sees("待批");

  const reviewer = await told.signsIn("reviewer", "荣誉");
  await reviewer.clicks("决定");
  await reviewer.ticks("同意");
  await reviewer.types("理由", "文件属实。");
  await reviewer.confirms();
  await reviewer.sees("已授予");

  const owner = await told.signsIn("merchant", "/company/standing?tab=honours");
  await owner.sees("诚信示范企业");
});

test("the honour is doubted, and taken back by somebody who had no part in it", async () => {
  const officer = await told.signsIn("officer", "荣誉");
  await officer.does("提出疑问", () => officer.types("理由", "授予单位来函：该文件已撤销。"));
  await officer.sees("有疑问");
  const reviewer = await told.signsIn("reviewer2", "荣誉");
  await reviewer.clicks("决定");
  await reviewer.sees("疑问：授予单位来函：该文件已撤销。");
  await reviewer.ticks("不同意");
  await reviewer.types("理由", "来函属实，荣誉不再有效。");
  await reviewer.confirms();
  await reviewer.sees("已撤销");
});

test("a notice stands on the board until it is taken down", async () => {
  const officer = await told.signsIn("officer", "公示栏");
  await officer.does("写公示", async () => {
    await officer.types("标题", "寒潮期间水管抢修不加价");
    await officer.types("正文", "夜间抢修一律按公示价格收费。");
  });
  const citizen = await told.passesBy("/publicity", "phone");
  await citizen.sees("寒潮期间水管抢修不加价");
  const notice = officer.page.locator("article", { hasText: "寒潮期间水管抢修不加价" });
  await notice.getByRole("button", { name: "撤下" }).click();
  await officer.confirms();
  await citizen.page.reload();
  await citizen.page.getByText("寒潮期间水管抢修不加价").waitFor({ state: "detached" });
});

test("an activity is planned, a merchant signs up, and who was there is recorded on the day", async () => {
  const company = await told.services.name(await told.services.merchant());
  const officer = await told.signsIn("officer", "信用活动");
  await officer.does("安排活动", async () => {
    await officer.types("名称", "诚信经营讲座");
    await officer.types("地点", "81890 求助服务中心三楼");
    await officer.dates("开始", `${told.day(1)} 09:30`);
    await officer.dates("结束", `${told.day(1)} 11:30`);
  });
  await officer.opensFirst();
  await officer.picksMerchant(company);
  await officer.clicks("代为报名");
  await officer.sees("已报名");

  await told.sleeps(1);
  const host = await told.signsIn("officer", "信用活动");
  await host.opensFirst();
  await host.clicks("记为到场");
  await host.sees("已到场");
});
