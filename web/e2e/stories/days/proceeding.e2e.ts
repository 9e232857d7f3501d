// A merchant is found to have done wrong, is heard, is sanctioned, appeals and puts it right; whoever investigates does
// not decide, and whoever decided does not rule on the appeal.
import { test } from "vitest";

import { story } from "../../harness/story";

const told = story("proceeding", "2026-05-11");

test("an officer opens a proceeding and announces what is intended", async () => {
  const { services } = told;
  const company = await services.name(await services.merchant());
  const officer = await told.signsIn("officer", "失信处理");
  await officer.does("立案", async () => {
    await officer.picksMerchant(company);
    await officer.picks("类别", "一般");
    await officer.picks("违反的条款", /./);
    await officer.types("查明的事实", "上门检查时，公示价格与实际收费不符。");
  });
  await officer.page.waitForURL("**/proceedings/*");
  await officer.does("发出告知", async () => {
    await officer.picks("措施", "暂停服务");
    await officer.types("理由", "两次上门均未按公示价格收费。");
  });
  await officer.sees("已告知");
});

test("the merchant replies and asks to be heard, and the hearing is called", async () => {
  const company = await told.signsIn("merchant", "/company/cases", "phone");
  await company.follows("检查发现");
  await company.does("陈述申辩", async () => {
    await company.types("内容", "当天的收费包含市民另选的项目。");
    await company.ticks("要求听证");
  });
  await company.sees("当天的收费包含市民另选的项目。");

  const officer = await told.signsIn("officer", "失信处理");
  await officer.opensFirst();
  await officer.does("通知听证", () => officer.dates("听证时间", `${told.day(20)} 14:00`));
  await officer.sees("已通知听证");
});

test("after the hearing somebody else decides, who reads by name who proposed it", async () => {
  await told.sleeps(21);
  const officer = await told.signsIn("officer", "失信处理");
  await officer.opensFirst();
  await officer.does("记录听证", async () => {
    await officer.ticks("法律顾问到场");
    await officer.ticks("行业协会到场");
    await officer.types("内容", "企业陈述了收费构成，未能出示市民确认的报价。");
  });
  const reviewer = await told.signsIn("reviewer", "失信处理");
  await reviewer.opensFirst();
  await reviewer.sees(told.nameOf("officer"));
  await reviewer.does("作出决定", async () => {
    await reviewer.types("期限（月）", "6");
    await reviewer.types("理由", "收费与公示价格不符，事实清楚。");
  });
  await reviewer.sees("措施生效");
});

test("the merchant appeals, and a third person rules on it", async () => {
  const company = await told.signsIn("merchant", "/company/cases");
  await company.opensFirst();
  await company.does("申请复核", () => company.types("内容", "市民事后确认了报价。"));
  await company.sees("复核中");

  const reviewer = await told.signsIn("reviewer2", "失信处理");
  await reviewer.opensFirst();
  await reviewer.does("复核决定", async () => {
    await reviewer.ticks("不同意");
    await reviewer.types("理由", "事后确认不改变当时没有报价的事实。");
  });
  await reviewer.sees("措施生效");
});

test("once the shortest time is over and it is put right, the merchant is repaired", async () => {
  await told.sleeps(100);
  const company = await told.signsIn("merchant", "/company/cases");
  await company.opensFirst();
  await company.does("申请修复", () => company.types("内容", "价目表已改正，员工已培训，此后没有再犯。"));

  const reviewer = await told.signsIn("reviewer", "失信处理");
  await reviewer.opensFirst();
  await reviewer.does("修复决定", async () => {
    await reviewer.ticks("同意");
    await reviewer.types("理由", "整改属实。");
  });
  await reviewer.sees("已修复");
});
