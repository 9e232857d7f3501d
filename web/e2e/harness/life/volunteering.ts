// The volunteer centre: it signs what it reports, and states at the end of a day what it holds.
import { createHmac, randomUUID } from "node:crypto";

import { CITY, type Services } from "../services";

const HOUR_MS = 3_600_000;

/** What it says of a day that is over where the platform is. */
export async function volunteerDay(services: Services, key: string, day: string): Promise<{ reconciled: string }> {
  const own = await services.merchant();
  const second = await services.merchant("merchant2");
  const centre = signing(services, key);
  const at = (hour: number) => `${day}T${String(hour).padStart(2, "0")}:00:00Z`;
  await centre(`/v1/volunteer/reports?city=${CITY}`, {
    report: randomUUID(),
    merchant: own,
    deed: { kind: "activity", title: "社区义务维修日", starts_at: at(1), ends_at: at(4) },
  });
  await centre(`/v1/volunteer/reports?city=${CITY}`, {
    report: randomUUID(),
    merchant: own,
    deed: { kind: "hours", volunteer: randomUUID(), check_in: at(1), check_out: at(4) },
  });
  await centre(`/v1/volunteer/statements?city=${CITY}`, {
    day,
    lines: [
      { kind: "activity", merchant: own, reports: 1, quantity: 1 },
      { kind: "recruitment", merchant: second, reports: 1, quantity: 3 },
    ],
  });
  await services.ask("operator", `/credit/v1/volunteer/needs?city=${CITY}`, {
    area: 330_203_001,
    title: "陪独居老人就医",
    text: "老人行动不便，需要一位志愿者陪同去医院，往返约三小时。",
    people: 1,
    wanted_from: new Date(Date.now() + 24 * HOUR_MS).toISOString(),
    wanted_until: new Date(Date.now() + 48 * HOUR_MS).toISOString(),
  });
  return { reconciled: day };
}

/** As a channel signs (docs/adr/0003-channel-signature.md), in the centre's name. */
function signing(services: Services, key: string) {
  return async (target: string, said: object): Promise<void> => {
    const body = JSON.stringify(said);
    const id = randomUUID();
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const payload = `${id}.${timestamp}.POST ${target}\n${body}`;
    const signature = createHmac("sha256", Buffer.from(key, "base64")).update(payload).digest("base64");
    await services.send("volunteer_centre", `/credit${target}`, body, {
      "content-type": "application/json",
      "x-channel": "volunteer-centre",
      "webhook-id": id,
      "webhook-timestamp": timestamp,
      "webhook-signature": `v1,${signature}`,
    });
  };
}
