// In February the platform evaluates the year before by itself: a reviewer publishes it, the merchant objects,
// and another person decides.
import { test } from "vitest";

import { story } from "../../harness/story";

const told = story("year", "2026-12-20");

test("what was computed is published by a person, and the merchant acknowledges it", async () => {
  await told.sleeps(44);
  const reviewer = await told.signsIn("reviewer", "信用评价");
  await reviewer.opensFirst();
  await reviewer.does("发布");
  await reviewer.sees("公布中");

  const company = await told.signsIn("merchant", "通知");
  await company.sees("年度评价公布");
  await company.clicks("签收");
  await company.sees("已签收");
});

test("the merchant objects to it; somebody examines that, somebody else decides", async () => {
  const company = await told.signsIn("merchant", "通知");
  await company.does("提出异议", () => company.types("哪里不对，依据是什么", "十二月的两次满意回访没有计入。"));
  await company.sees("异议已提出");

  const officer = await told.signsIn("officer", "异议");
  await officer.opensFirst();
  await officer.does("核查", async () => {
    await officer.ticks("不成立");
    await officer.types("理由", "两次回访都在评价截止之后。");
  });
  await officer.sees("待决定");
  const reviewer = await told.signsIn("reviewer2", "异议");
  await reviewer.opensFirst();
  await reviewer.does("决定", async () => {
    await reviewer.ticks("不成立");
    await reviewer.types("理由", "核查意见属实。");
  });
  await reviewer.sees("不成立");
});
