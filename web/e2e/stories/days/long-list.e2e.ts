// A list of 100,000 requests: it opens, says how long it is, goes on, is narrowed, and stays usable.
import { join } from "node:path";

import { expect, test } from "vitest";

import { multiply } from "../../harness/many";
import { CITY } from "../../harness/services";
import { story } from "../../harness/story";

const told = story("long-list");
const MANY = 100_000;
/** What a person takes for at once, on a machine that has much else to do. */
const AT_ONCE_MS = 5_000;
const PAGE = 50;
/** Rows that a page holds at most. */
const ROWS_MAX = 1_000;

test("a city has taken in 100,000 requests", async () => {
  const contact = { name: "褚女士", phone: "13800000003", address: "3 幢 301 室" };
  const request = { city: CITY, item: "door-unlocking", area: 330_203_001, mode: "choose", contact };
  await told.services.ask("operator", "/intake/v1/requests", request);
  await told.sleeps(1, (data) =>
    multiply(join(data, "intake.db"), "requests", MANY, {
      // Before the one that is there, in the order of their numbers.
      id: "unhex('0180' || printf('%08d', i) || '7000800000000000' || '0000')",
      status: "CASE WHEN i % 2 = 0 THEN 'closed' ELSE 'cancelled' END",
      tracking: "NULL",
    }),
  );
});

test("the list of them opens at once, says how long it is, and goes on as far as a person reads", async () => {
  const operator = await told.signsIn("operator", "/requests?status=closed");
  const { page } = operator;
  const rows = page.locator("#content tbody tr");
  const status = page.locator("#content [role=status]");
  await page.getByText("10,000 条以上").waitFor();
  expect(await status.innerText()).toContain(`已显示 ${PAGE} 条`);
  expect(await rows.count()).toBe(PAGE);

  const more = page.getByRole("button", { name: "加载更多" });
  for (let shown = 2 * PAGE; shown <= ROWS_MAX; shown += PAGE) {
    const began = Date.now();
    await more.click();
    await rows.nth(shown - 1).waitFor();
    expect(Date.now() - began).toBeLessThan(AT_ONCE_MS);
  }
  // Further on the filters lead, and not one row after the other.
  await more.waitFor({ state: "detached" });
  expect(await rows.count()).toBe(ROWS_MAX);
  await operator.sees("其余的请用筛选条件查找");

  const began = Date.now();
  await page.getByRole("button", { name: "已取消" }).click();
  await page.waitForURL(/status=cancelled/);
  await expect.poll(() => rows.count()).toBe(PAGE);
  expect(Date.now() - began).toBeLessThan(AT_ONCE_MS);
});
