// The credit department: proceedings, inspections, honours, an activity, notices and a file that is read in.
import { CITY, type Services, waitFor } from "../services";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
/** The moment so much later than now, on the whole hour. */
const later = (days: number) => new Date(Math.ceil(Date.now() / HOUR_MS) * HOUR_MS + days * DAY_MS).toISOString();

export async function creditDay(services: Services): Promise<{ proceeding: string }> {
  const own = await services.merchant();
  const second = await services.merchant("merchant2");
  await inspect(services, second);
  await honour(services, own);
  await activity(services, own, second);
  await notices(services);
  await readIn(services);
  await suspend(services);
  return { proceeding: await accuse(services, own) };
}

/** A small matter, of which the merchant was told. */
async function accuse(services: Services, merchant: string): Promise<string> {
  const { id } = await services.ask<{ id: string }>("credit_officer", `/credit/v1/proceedings?city=${CITY}`, {
    merchant,
    ground: { kind: "finding" },
    class: "minor",
    category: await categoryOf(services, merchant),
    clause: "price-as-posted",
    facts: "现场巡查：服务人员未在上门时出示价目表，收费与公示一致。",
  });
  await services.change("credit_officer", `/credit/v1/proceedings/${id}`, "investigation", {
    act: "notify",
    announced: "remind",
    reason: "未出示价目表，属轻微；请在期限内说明。",
  });
  await services.ask("merchant", `/credit/v1/proceedings/${id}/answers?city=${CITY}`, {
    act: "reply",
    text: "当天价目表在车上，已补做现场公示，并对人员重新培训。",
  });
  return id;
}

/** A grave one: suspended at once, and waiting for another person's word. */
async function suspend(services: Services): Promise<void> {
  const path = `/credit/v1/merchants?city=${CITY}&limit=100`;
  const merchants = await services.list<{ id: string; grade: string }>("credit_officer", path);
  const merchant = merchants.findLast(({ grade }) => grade === "C")?.id;
  if (!merchant) throw new Error("the city has no merchant of grade C");
  const { id } = await services.ask<{ id: string }>("credit_officer", `/credit/v1/proceedings?city=${CITY}`, {
    merchant,
    ground: { kind: "red_line", line: "concealment" },
    class: "serious",
    category: await categoryOf(services, merchant),
    clause: "price-as-posted",
    facts: "隐瞒一起入户伤人事故，市民报警后查实。",
  });
  await services.change("credit_officer", `/credit/v1/proceedings/${id}`, "investigation", {
    act: "suspend",
    reason: "事故未处理完，继续派单有危险。",
  });
}

async function categoryOf(services: Services, merchant: string): Promise<string | undefined> {
  const path = `/credit/v1/merchants/${merchant}?city=${CITY}`;
  const { categories } = await services.ask<{ categories: { category: string }[] }>("credit_officer", path);
  return categories[0]?.category;
}

async function inspect(services: Services, merchant: string): Promise<void> {
  const category = await categoryOf(services, merchant);
  for (const facts of ["门店未张贴价目表。", "上门人员未戴工牌，已当场改正。"])
    await services.ask("inspector", `/credit/v1/inspections?city=${CITY}`, {
      merchant,
      category,
      clause: "price-as-posted",
      facts,
      evidence: "照片三张，编号 XC-2026-0318",
      seen_at: later(-2),
    });
  const [first] = await services.list<{ id: string }>("credit_officer", `/credit/v1/inspections?city=${CITY}&limit=1`);
  await services.change("credit_officer", `/credit/v1/inspections/${first?.id}`, "settle", {
    reason: "当日已改正，教育后不立案。",
  });
}

async function honour(services: Services, merchant: string): Promise<void> {
  for (const [kind, grantor] of [
    ["credit-demonstration", "宁波市商务局"],
    ["public-welfare", "宁波市慈善总会"],
  ])
    await services.ask("credit_officer", `/credit/v1/merchants/${merchant}/honours?city=${CITY}`, {
      kind,
      level: "city",
      grantor,
      document: "甬商发〔2026〕18 号",
      granted_at: later(-60),
      valid_until: later(300),
    });
  const [first] = await services.list<{ id: string }>("credit_officer", `/credit/v1/honours?city=${CITY}&limit=1`);
  await services.change("credit_reviewer", `/credit/v1/honours/${first?.id}`, "decide", {
    agrees: true,
    reason: "文件属实，仍在有效期内。",
  });
}

async function activity(services: Services, ...merchants: string[]): Promise<void> {
  const { id } = await services.ask<{ id: string }>("credit_officer", `/credit/v1/activities?city=${CITY}`, {
    kind: "lecture",
    title: "诚信经营讲座：明码标价怎么做",
    place: "海曙区政务服务中心 3 楼",
    capacity: 40,
    starts_at: later(3),
    ends_at: later(3.125),
  });
  for (const merchant of merchants)
    await services.ask("credit_officer", `/credit/v1/activities/${id}/sign-ups?city=${CITY}`, { merchant });
}

async function notices(services: Services): Promise<void> {
  for (const [title, text] of [
    ["寒潮期间水管抢修价格不变", "气温骤降期间，水管抢修一律按公示价格收费，夜间不加价。"],
    ["冬季用气安全提示", "请认准持证燃气具维修人员，上门先扫安心码。"],
  ])
    await services.ask("credit_officer", `/credit/v1/publicity?city=${CITY}`, { kind: "announcement", title, text });
}

/** A table with one row that is right and one that is not. */
async function readIn(services: Services): Promise<void> {
  const table =
    "标准编号,标准类别,标准名称\nDB3302/T 7-2026,地方标准,家政服务明码标价规范\nDB3302/T 8-2026,不知道,空\n";
  const path = `/credit/v1/imports?city=${CITY}&kind=standards`;
  const { id } = (await services.send("credit_officer", path, table, {
    "content-type": "application/octet-stream",
  })) as { id: string };
  await waitFor(async () => {
    const one = await services.ask<{ state: string }>("credit_officer", `/credit/v1/imports/${id}?city=${CITY}`);
    return one.state === "checked" ? one : undefined;
  });
}
