// @vitest-environment happy-dom
import type { Api } from "@kit/api/client";
import { createWords } from "@kit/words";
import { VueQueryPlugin } from "@tanstack/vue-query";
import { expect, it } from "vitest";
import { createApp } from "vue";
import { createMemoryHistory, createRouter } from "vue-router";

import { CONTEXT } from "../../shell/context";
import CertificateResult from "./CertificateResult.vue";
import type { Shown } from "./trust";

function shown(changes: Partial<Shown>): { facts: string; leads: string } {
  const place = document.createElement("div");
  const says: Shown["says"] = {
    number: "330200-2026-000001",
    merchant: "m",
    name: "宁波某家政",
    grade: "AAA",
    categories: [],
    issuer: "宁波市81890求助服务中心",
    valid_from: "2026-01-31T16:00:00Z",
    valid_until: "2027-01-31T16:00:00Z",
  };
  const given: Shown = { verdict: "valid", says, contested: true, checkedAt: null, offlineWith: null, ...changes };
  createApp(CertificateResult, { shown: given })
    .provide(CONTEXT, {
      api: { credit: { GET: () => Promise.reject(new TypeError("away")) } } as unknown as Api,
      settings: { city: 330200, zone: "Asia/Shanghai", channels: [] },
    })
    .use(createWords("zh"))
    .use(VueQueryPlugin)
    .use(createRouter({ history: createMemoryHistory(), routes: [{ path: "/:all(.*)", component: {} }] }))
    .mount(place);
  const text = (of: Element | null | undefined) => (of?.textContent ?? "").replaceAll(/\s+/g, "");
  return { facts: text(place.querySelector("dl")), leads: text(place.querySelector("a")?.parentElement) };
}

it("says the grade as it is, with the objection to it, while the certificate holds", () => {
  const { facts, leads } = shown({});
  expect(facts).toContain("企业宁波某家政信用等级信用等级AAAAAA异议处理中");
  expect(leads).toBe("看企业现在的信用与价格");
});

it("says the grade of a certificate that holds no more as what it was, and the objection of what is so now", () => {
  for (const verdict of ["revoked", "expired"] as const) {
    const { facts, leads } = shown({ verdict });
    expect(facts).toContain("原信用等级原信用等级AAAAAA");
    expect(facts).not.toContain("异议处理中");
    expect(leads).toBe("看企业现在的信用与价格异议处理中");
  }
});
