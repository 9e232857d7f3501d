// Those who watch: operations finds a message that nobody could read and settles it; an auditor sees everything and
// can change nothing; a citizen checks a certificate without a connection.
import { expect, test } from "vitest";

import { publish } from "../../harness/bus";
import { type Person, story, TODAY } from "../../harness/story";

const told = story("watching", TODAY);
/** A page keeps what it takes once it has nothing else to do. */
const KEEPS_WITHIN_MS = 20_000;

/** Holds a picture of a code before the page. */
async function choosesPicture(citizen: Person, buffer: Buffer): Promise<void> {
  const picture = { name: "certificate.png", mimeType: "image/png", buffer };
  await citizen.page.getByLabel("选择照片").setInputFiles(picture);
}

/** The device has got what it takes, of the pages or of the city. */
async function keeps(citizen: Person, what: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(() => citizen.page.evaluate(what), { timeout: KEEPS_WITHIN_MS }).toBe(true);
}

function hasPages(): boolean {
  return navigator.serviceWorker.controller !== null;
}

async function hasList(): Promise<boolean> {
  const databases = await indexedDB.databases();
  // Opened before the page does, it would be made without its store.
  if (!databases.some(({ name }) => name === "keyval-store")) return false;
  return new Promise((resolve) => {
    const opening = indexedDB.open("keyval-store");
    opening.onsuccess = () => {
      const keys = opening.result.transaction("keyval").objectStore("keyval").getAllKeys();
      keys.onsuccess = () => resolve(keys.result.some((key) => String(key).startsWith("81890.certificate.list")));
    };
  });
}

test("operations inspects a dead letter, drives it again and gives it up with a reason", async () => {
  await publish(told.broker, "intake.request-received.v1.330200.nobody", "{bad");
  const operations = await told.signsIn("operations", "消费者");
  await operations.sees("收支相符");
  await operations.page.locator("nav#menu").getByRole("link", { name: "死信" }).click();
  await operations.page.locator("#content").getByRole("link", { name: /^派单/ }).click();
  await operations.opensFirst();
  await operations.sees("{bad");
  await operations.clicks("重投");
  await operations.clicks("重投");
  await operations.page.getByRole("alert").waitFor();
  await operations.clicks("取消");
  await operations.does("放弃", () => operations.types("理由", "试发的消息，不是平台发出的。"));
  await operations.clicks("关闭");
  await operations.follows("已放弃");
  await operations.sees("dispatch-intake");
});

test("an auditor reads every page of the menu, and none has a button that changes anything", async () => {
  const auditor = await told.signsIn("auditor", "/");
  const places = await auditor.page
    .locator("nav#menu a")
    .evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  expect(places.length).toBeGreaterThan(10);
  for (const place of places) {
    await auditor.page.locator(`nav#menu a[href="${place}"]`).click();
    await auditor.page.locator("#content h1").waitFor();
    const primary = auditor.page.locator("#content .actions .el-button--primary");
    expect(await primary.allInnerTexts(), `${place} offers something`).toEqual([]);
  }
});

test("a citizen checks a certificate by its picture while the network is cut", async () => {
  const merchant = await told.services.merchant();
  const company = await told.signsIn("merchant", "/company/standing?tab=certificates");
  await company.clicks("签发证书");
  await company.sees("证书已签发");
  const picture = await told.prints(await told.services.codeOf(merchant));

  const citizen = await told.passesBy("/verify", "phone");
  await citizen.sees("断网也能验");
  await citizen.page.context().setOffline(true);
  await choosesPicture(citizen, picture);
  await citizen.sees(await told.services.name(merchant));
  await citizen.sees("离线验证");
});

test("a citizen who had only the first page open checks one too, once the network is cut", async () => {
  const merchant = await told.services.merchant();
  const picture = await told.prints(await told.services.codeOf(merchant));
  const citizen = await told.passesBy("/", "phone");
  await keeps(citizen, hasPages);
  await keeps(citizen, hasList);
  await citizen.page.context().setOffline(true);
  await citizen.page.reload();
  await citizen.sees("网络已断开");
  await citizen.follows(/^验证书/);
  await choosesPicture(citizen, picture);
  await citizen.sees(await told.services.name(merchant));
  await citizen.sees("离线验证");
});

test("a device that could keep nothing gives no verdict without a network, and does once there is one", async () => {
  const merchant = await told.services.merchant();
  const picture = await told.prints(await told.services.codeOf(merchant));
  const citizen = await told.passesBy("/", "phone", ["**/credit/v1/certificates/*"]);
  await citizen.follows(/^验证书/);
  await citizen.sees("还没有存下验证所需的内容");
  await keeps(citizen, hasPages);
  await citizen.page.context().setOffline(true);
  await choosesPicture(citizen, picture);
  await citizen.sees("还没有验证");
  await citizen.sees("联网后才能验证");
  await citizen.page.context().unrouteAll();
  await citizen.page.context().setOffline(false);
  await citizen.sees("已向平台的登记簿核对");
  await citizen.sees(await told.services.name(merchant));
});

test("a citizen sees a merchant with its prices and promises, and how to follow a request", async () => {
  const citizen = await told.passesBy(`/merchants/${await told.services.merchant()}`, "phone");
  await citizen.sees("它向您承诺");
  await citizen.follows("打印价格公示牌");
  await citizen.sees("价格透明");
  const other = await told.passesBy("/track", "phone");
  await other.sees("办到哪一步");
});
