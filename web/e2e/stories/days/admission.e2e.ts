// A company becomes one of the merchants: it applies and completes what is asked, an officer examines it, the public may
// speak up, somebody else admits it.
import { test } from "vitest";

import { story } from "../../harness/story";

const told = story("admission");
const COMPANY = "宁波市海曙喜乐庆典服务有限公司";
const CATEGORY = "庆典服务";
const ITEMS = 7;
/** How long the public may speak up, and the day on which it is over. */
const PUBLICITY_DAYS = 8;

test("a company applies, and hands in its commitment, insurance, people and prices", async () => {
  const company = await told.signsIn("applicant", "加盟申请");
  await company.does("提交申请", async () => {
    await company.types("企业名称（会公示）", COMPANY);
    await company.types("统一社会信用代码", "91330203MA2AF8K35F");
    await company.picks("申请的类目", CATEGORY);
    await company.presses("Tab");
    await company.picks("人员出发的街道", "海曙区");
    await company.picks("服务的街道", "海曙区");
    await company.presses("Tab");
    await company.types("姓名或名称", "李四");
    await company.types("证件号", "330203198506124565");
  });
  await company.sees(CATEGORY);

  await company.follows("资质与承诺");
  await company.clicks("签署承诺");
  await company.ticks("我代表企业承诺以上各条。违反经核实，当即影响信用。");
  await company.confirms();

  await company.does("提交证照", async () => {
    await company.picks("证照", "责任保险");
    await company.types("编号", "PICC-2026-000118");
    await company.types("发证机关", "人保财险宁波分公司");
    await company.dates("有效期至", told.day(365));
  });

  await company.follows("人员与安心码");
  await company.does("登记人员", async () => {
    await company.types("姓名", "张三");
    await company.types("身份证号", "330203199003071232");
  });

  await company.follows("明码标价");
  await company.clicks("公示价格");
  for (let item = 0; item < ITEMS; item++) {
    if (item > 0) await company.clicks("再加一项");
    await company.picksNth("项目", item);
    await company.types("价格（元）", "300");
    await company.types("单位", "场");
  }
  await company.confirms();
});

test("an officer examines it and lets the public know", async () => {
  const officer = await told.signsIn("officer", "加盟准入");
  await officer.opensFirst();
  await officer.does("开始审核");
  await officer.does("核验代码", async () => {
    await officer.ticks("登记存续");
    await officer.types("依据", "登记机关网站，存续，今日查询。");
  });
  await officer.does("核验", async () => {
    await officer.ticks("相符");
    await officer.types("依据（见过什么、在哪里查过）", "保险公司电话核对。");
  });
  await officer.does("核验证件", async () => {
    await officer.picks("身份核验", "已通过");
    // Good through the day on which it is admitted: a last day counts.
    await officer.dates("健康证有效至", told.day(PUBLICITY_DAYS));
    await officer.dates("保险有效至", told.day(300));
  });
  await officer.does("公示");
  await officer.sees("公示中");
});

test("somebody from the public speaks up, and is answered", async () => {
  const citizen = await told.passesBy("/applications", "phone");
  await citizen.sees(COMPANY);
  await citizen.page.getByText("提出意见").click();
  await citizen.types("它为什么不应加盟", "去年十月为邻居办婚礼，临时加价两千元。");
  await citizen.clicks("提交");
  await citizen.sees("已收到");

  const officer = await told.signsIn("officer", "加盟准入");
  await officer.opensFirst();
  await officer.sees("去年十月为邻居办婚礼");
  await officer.does("答复", () => officer.types("核实结果", "已联系当事人，双方另有约定，未查实。"));
  await officer.sees("未查实");
});

test("after the publicity somebody else admits it, and it begins at grade B", async () => {
  await told.sleeps(PUBLICITY_DAYS);
  const reviewer = await told.signsIn("reviewer", "加盟准入");
  await reviewer.opensFirst();
  await reviewer.does("准予加盟");
  await reviewer.sees("已加盟");

  const company = await told.signsIn("applicant", "我的信用");
  await company.sees("加盟中");
  await company.sees("530");
});
