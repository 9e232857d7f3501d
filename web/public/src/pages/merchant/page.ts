import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/merchants/:id",
    title: { zh: "企业信用与价格", en: "A merchant" },
    load: () => import("./MerchantPage.vue"),
  }),
  definePage({
    path: "/merchants/:id/price-board",
    title: { zh: "价格公示牌", en: "Price board" },
    load: () => import("./PriceBoardPage.vue"),
  }),
];
