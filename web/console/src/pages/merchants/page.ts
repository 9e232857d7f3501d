import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/merchants",
    title: { zh: "加盟企业", en: "Merchants" },
    permissions: ["read-merchants"],
    menu: { group: "credit", order: 10 },
    load: () => import("./MerchantsPage.vue"),
  }),
  definePage({
    path: "/merchants/:id",
    title: { zh: "企业信用", en: "Merchant" },
    permissions: ["read-merchants"],
    load: () => import("./MerchantPage.vue"),
  }),
];
