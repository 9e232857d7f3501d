// The day of a merchant's own office: people and their codes, prices, papers, and how the company stands and why.
import { expect, test } from "vitest";

import { story, TODAY } from "../../harness/story";

// A code at the door is held against the clock of whoever scans it.
const told = story("company", TODAY);
const IDENTITY = "330203199003071232";

test("a worker is enrolled, gets papers verified, and is let in by a citizen who scanned the code at the door", async () => {
  const company = await told.signsIn("merchant", "人员与安心码");
  await company.does("登记人员", async () => {
    await company.types("姓名", "张三");
    await company.types("身份证号", IDENTITY);
  });
  await company.sees("张");

  const merchant = await told.services.merchant();
  const officer = await told.signsIn("officer", `/merchants/${merchant}?tab=workers`);
  const fresh = officer.page.getByRole("row").filter({ hasText: "未核验" });
  await fresh.getByRole("button", { name: "核验证件" }).click();
  await officer.picks("身份核验", "已通过");
  await officer.dates("健康证有效至", told.day(300));
  await officer.dates("保险有效至", told.day(300));
  await officer.confirms();
  await officer.sees("绿码");

  // Whose papers are missing or end first stands first.
  await company.page.reload();
  const green = company.page.getByRole("row").filter({ hasText: "绿码" }).first();
  await green.getByRole("button", { name: "出示安心码" }).click();
  const code = company.page.getByRole("img", { name: "安心码，给市民扫" });
  const buffer = await code.screenshot();

  const citizen = await told.passesBy("/door", "phone");
  await citizen.page.locator("input[type=file]").setInputFiles({ name: "code.png", mimeType: "image/png", buffer });
  await citizen.sees("证照都有效");
  await citizen.clicks("确认入户");
  await citizen.sees("已确认入户");
  await officer.page.goto(officer.page.url().replace("tab=workers", "tab=scans"));
  await officer.sees("确认入户");
});

test("a phone held upright shows all that its camera sees, and the code before it lets the worker in", async () => {
  await told.holdsUp();
  const citizen = await told.passesBy("/door", "phone");
  await citizen.clicks("开始扫码");
  const view = citizen.page.getByLabel("把二维码放进画面");
  await citizen.page.waitForFunction(() => (document.querySelector("video")?.videoWidth ?? 0) > 0);
  const { fit, camera, box } = await view.evaluate((video: HTMLVideoElement) => ({
    fit: getComputedStyle(video).objectFit,
    camera: video.videoWidth / video.videoHeight,
    box: video.clientWidth / video.clientHeight,
  }));
  expect(fit).toBe("contain");
  expect(camera).toBeGreaterThan(1.5);
  expect(box).toBeCloseTo(camera, 1);
  const width = await citizen.page.evaluate(() => document.documentElement.scrollWidth);
  expect(width, "it scrolls sideways").toBeLessThanOrEqual(360);
  await citizen.clicks("停止");

  const company = await told.signsIn("merchant", "人员与安心码");
  const worker = company.page.getByRole("row").filter({ hasText: "绿码" }).first();
  await worker.getByRole("button", { name: "出示安心码" }).click();
  await told.holdsUp(await company.page.getByRole("img", { name: "安心码，给市民扫" }).screenshot());
  await citizen.clicks("开始扫码");
  await citizen.sees("证照都有效");
  await citizen.clicks("确认入户");
  await citizen.sees("已确认入户");
});

test("another company asks for the worker, and the present one consents", async () => {
  const other = await told.signsIn("merchant2", "人员与安心码");
  await other.does("登记人员", async () => {
    await other.ticks("从别家转来");
    await other.types("身份证号", IDENTITY);
  });
  await other.sees("转入");
  const company = await told.signsIn("merchant", "人员与安心码");
  await company.does("同意");
  await company.sees("没有正在办理的转会");
  await other.page.reload();
  await other.sees("没有正在办理的转会");
  await other.sees("张");
});

test("a price is posted, and everybody sees it on the merchant's public page", async () => {
  const merchant = await told.services.merchant();
  const company = await told.signsIn("merchant", "明码标价");
  await company.does("公示价格", async () => {
    await company.picksNth("项目", 0);
    await company.types("价格（元）", "1234.50");
    await company.types("至（可不填）", "");
    await company.types("单位", "次");
  });
  const citizen = await told.passesBy(`/merchants/${merchant}`, "phone");
  await citizen.sees("1,234.50");
});

test("a paper is handed in by the company and verified by somebody of the platform", async () => {
  const company = await told.signsIn("merchant", "资质与承诺");
  await company.does("提交证照", async () => {
    await company.picks("证照", "责任保险");
    await company.types("编号", "PICC-2026-000118");
    await company.types("发证机关", "人保财险宁波分公司");
    await company.dates("有效期至", told.day(365));
  });
  await company.sees("PICC-2026-000118");

  const merchant = await told.services.merchant();
  const officer = await told.signsIn("officer", `/merchants/${merchant}?tab=file`);
  await officer.does("核验", async () => {
    await officer.ticks("相符");
    await officer.types("依据（见过什么、在哪里查过）", "保险公司电话核对。");
  });
  await officer.sees("保险公司电话核对。");
});

test("the company sees why it stands where it does, and objects to an entry; the office decides", async () => {
  const company = await told.signsIn("merchant2", "我的信用");
  await company.follows("每条记录");
  await company.does("提出异议", () => company.types("哪里不对，依据是什么", "起始分少计了一次表彰。"));
  await company.follows("处理与异议");
  await company.sees("待核查");

  const officer = await told.signsIn("officer", "异议");
  await officer.opensFirst();
  await officer.does("核查", async () => {
    await officer.ticks("成立");
    await officer.types("示范引领", "20");
    await officer.types("理由", "表彰文件属实，当时漏录。");
  });
  const reviewer = await told.signsIn("reviewer", "异议");
  await reviewer.opensFirst();
  await reviewer.does("决定", async () => {
    await reviewer.ticks("成立");
    await reviewer.types("理由", "同意核查意见。");
  });
  await reviewer.sees("成立");
  await company.follows("我的信用");
  await company.follows("每条记录");
  await company.sees(/^共 \d+ 条$/);
  await company.sees("更正");
});
