// What the office changes for everybody takes two people: rules, a table of prices or merchants, standards.
import { expect, test } from "vitest";

import { story } from "../../harness/story";

const told = story("rules");

test("rules are drafted, tried out on the whole city and approved by somebody else, who reads whose draft it is", async () => {
  const officer = await told.signsIn("officer", "评价规则");
  await officer.clicks("起草新版本");
  await officer.page.waitForURL("**/models/*");
  await officer.types("说明", "满意回访加 3 分");
  await officer.clicks(/^回访/);
  const content = officer.page
    .getByRole("group", { name: "市民满意", exact: true })
    .getByRole("textbox", { name: "社会评价" });
  await content.fill("三");
  await officer.sees("应是整数");
  await content.fill("3");
  await officer.sees("原为 2 分");
  await officer.sees("检查通过");

  // Whoever would rather write sees the same draft, and the form is closed while it cannot be read.
  await officer.clicks("专家视图 (JSON)");
  const text = officer.page.getByRole("textbox", { name: "规则正文" });
  await text.press("End");
  await text.press("Control+Home");
  await text.pressSequentially("!");
  await officer.clicks("表单");
  await officer.sees("表单打不开");
  await officer.clicks("打开专家视图");
  await text.press("Control+Home");
  await text.press("Delete");
  await officer.clicks("表单");
  await officer.sees("回访 · 市民满意 · 社会评价");
  await officer.clicks("保存草稿");
  await officer.sees("草稿已保存");
  const draft = new URL(officer.page.url()).pathname;
  await officer.does("模拟");
  await officer.sees("已完成");
  await officer.sees(/升 \d+ 家，降 \d+ 家|没有企业升降/);

  const reviewer = await told.signsIn("reviewer", "/");
  await reviewer.follows(/^1\s*规则草稿待批准$/);
  await reviewer.opensFirst();
  await reviewer.page.waitForURL(`**${draft}`);
  await reviewer.sees(told.nameOf("officer"));
  await reviewer.sees("回访 · 市民满意 · 社会评价");
  await reviewer.sees("3 分");
  await reviewer.does("批准");
  await reviewer.sees("已批准");
  // Whoever is logged in needs no name.
  await reviewer.sees("您");
  await reviewer.follows(/81890/);
  await reviewer.page.getByRole("link", { name: /^0\s*规则草稿待批准$/ }).waitFor();
});

test("a breach that would earn points is found at its field and put back", async () => {
  const officer = await told.signsIn("officer", "评价规则");
  await officer.clicks("起草新版本");
  await officer.page.waitForURL("**/models/*");
  await officer.clicks(/^失信/);
  const minor = officer.page.getByRole("group", { name: "轻微失信", exact: true });
  await minor.getByRole("textbox", { name: "信用记录" }).fill("-10");
  await officer.sees("1 处有误");
  await officer.sees("扣分应多于信用建设活动的上下限之差");
  await minor.getByRole("button", { name: "改回信用记录" }).click();
  await officer.sees("检查通过");

  await officer.clicks(/^荣誉/);
  await officer.types("新的代码", "road-safety");
  await officer.clicks("添加");
  await officer.types("road-safety, 名称", "道路安全模范");
  for (const level of ["市级", "省级", "国家级"]) await officer.types(new RegExp(`^道路安全模范, ${level}`), "5");
  await officer.types(/^道路安全模范, 最多计多久/, "365");
  await officer.sees("检查通过");
  await officer.sees("荣誉 · 道路安全模范");
  await officer.clicks("保存草稿");
  await officer.sees("草稿已保存");
});

test("a preview says who would stand where, and changes nobody", async () => {
  // As of a moment at which there was nobody yet, there is nothing to preview.
  await told.sleeps(1);
  const officer = await told.signsIn("officer", "信用评价");
  await officer.clicks("开始评价");
  await officer.dates("截至", `${told.day()} 08:00`);
  await officer.clicks("开始");
  await officer.sees("已算完");
});

test("a table is taken away, mended and brought back: tried out first, then carried out", async () => {
  const officer = await told.signsIn("officer", "导入导出");
  const [head = "", one = ""] = (await officer.downloads("CSV · 下载 价目"))
    .split("\n")
    .filter((line) => !line.includes(",no,"));
  const dearer = one.replace(/,(\d+)\.00,/, ",1$1.00,");
  await officer.clicks("导入文件");
  await officer.uploads("文件", "prices.csv", `${head}\n${dearer}\nnobody,nothing,yes,次,1\n`);
  await officer.clicks("试算");
  await officer.sees("已检查");
  await officer.sees("请填企业的 18 位统一社会信用代码");
  await officer.does("执行");
  await officer.sees("已导入");
});

test("a table that lets somebody in waits for another person", async () => {
  const officer = await told.signsIn("officer", "导入导出");
  const [head = "", one = ""] = (await officer.downloads("CSV · 下载 企业")).split("\n");
  const larger = one.replace(/,\d+,(?=\d\d:\d\d,)/, ",999,");
  await officer.clicks("导入文件");
  await officer.picks("文件内容", "企业");
  await officer.uploads("文件", "merchants.csv", `${head}\n${larger}\n`);
  await officer.clicks("试算");
  await officer.does("提请复核");
  await officer.sees("待复核");
  const file = officer.page.url();

  const reviewer = await told.signsIn("reviewer", "导入导出");
  await reviewer.page.goto(file);
  await reviewer.does("同意执行");
  await reviewer.sees("已导入");
});

test("a standard is taken into the library, amended and superseded", async () => {
  const officer = await told.signsIn("officer", "标准库");
  await officer.does("录入标准", async () => {
    await officer.types("编号", "Q/81890 501-2026");
    await officer.types("名称", "家电清洗服务规范");
    await officer.types("发布机构", "81890 求助服务中心");
    await officer.dates("实施日期", told.day());
    await officer.types("可引用的条款", "4.1 先报价后作业\n4.2 作业后清场");
  });
  await officer.follows("Q/81890 501-2026");
  await officer.does("修订", () => officer.types("名称", "家电清洗服务规范（修订）"));
  await officer.sees("家电清洗服务规范（修订）");
  await officer.does("由新标准代替", async () => {
    await officer.types("编号", "Q/81890 501-2027");
    await officer.dates("实施日期", told.day(30));
  });
  await officer.sees("Q/81890 501-2027");
});

test("a notice is written, and everybody reads it on the public board", async () => {
  const officer = await told.signsIn("officer", "公示栏");
  await officer.does("写公示", async () => {
    await officer.types("标题", "春节期间服务安排");
    await officer.types("正文", "春节期间家政服务照常受理。");
  });
  const citizen = await told.passesBy("/publicity", "phone");
  await citizen.sees("春节期间服务安排");
});

test("a certificate is issued and can be looked up by its number", async () => {
  const { services } = told;
  const merchant = await services.merchant();
  const officer = await told.signsIn("officer", `/merchants/${merchant}?tab=certificates`);
  await officer.clicks("签发证书");
  await officer.sees("证书已签发");
  const number = await officer.page.locator("#content td a[href*=certificates]").first().innerText();
  const citizen = await told.passesBy("/verify");
  await citizen.types("证书编号", number);
  await citizen.clicks("查询");
  await citizen.sees(await services.name(merchant));
  expect(citizen.page.url()).toContain(number);
});
