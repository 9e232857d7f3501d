// What merchants do beside their jobs: certificates, objections, and what they apply for.
import { CITY, type Services } from "../services";

interface Entry {
  id: string;
  cause: string;
}

export async function companyDay(services: Services): Promise<{ certificate: string; objection: string }> {
  const own = await services.merchant();
  await apply(services);
  const { certificate } = await services.ask<{ certificate: { number: string } }>(
    "merchant",
    `/credit/v1/merchants/${own}/certificates?city=${CITY}`,
    {},
  );
  const entries = await services.list<Entry>("merchant", `/credit/v1/merchants/${own}/ledger?city=${CITY}&limit=50`);
  const [first] = entries;
  if (!first) throw new Error("the merchant with an account has no ledger");
  const objection = await services.ask<{ id: string }>(
    "merchant",
    `/credit/v1/merchants/${own}/objections?city=${CITY}`,
    { entry: first.id, grounds: "建账时漏计了去年完成的十二单，请核对派单记录。" },
  );
  await services.change("officer2", `/credit/v1/objections/${objection.id}`, "examine", {
    upheld: false,
    reason: "建账的起始分按规则给出，与单数无关；去年的单数已计入证据。",
  });
  return { certificate: certificate.number, objection: objection.id };
}

/** Somebody wants to join: taken up, the code looked at. */
async function apply(services: Services): Promise<void> {
  const { id } = await services.ask<{ id: string }>("applicant", "/credit/v1/applications", {
    city: CITY,
    name: "宁波甬安保洁服务有限公司",
    code: "91350100M000100Y43",
    home: 330_203_001,
    areas: [330_203_001, 330_203_004],
    capacity: 6,
    categories: ["cleaning", "plant-care"],
    hours: { opens: 480, closes: 1_260 },
    holders: [{ role: "legal_representative", name: "王小明", document: "resident:11010519491231002X" }],
  });
  await services.change("credit_officer", `/credit/v1/applications/${id}`, "begin-checks");
  await services.change("credit_officer", `/credit/v1/applications/${id}`, "attest-code", {
    active: true,
    evidence: "在统一社会信用代码公示平台查得，状态存续",
  });
}
