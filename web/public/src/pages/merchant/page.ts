import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/merchants/:id",
    title: { zh: "企业信用与价格", en: "A merchant" },
    offline: {
      zh: "网络已断开：信用和价格要等网络恢复。页上若已显示，是断开前的，现在未必仍然如此。",
      en: "No network: grade and prices wait for it. What this page may show is as of before, and may have changed since.",
    },
    load: () => import("./MerchantPage.vue"),
  }),
  definePage({
    path: "/merchants/:id/price-board",
    title: { zh: "价格公示牌", en: "Price board" },
    offline: {
      zh: "网络已断开：已打开的公示牌仍可打印，截至时间印在上面。",
      en: "No network: a board that is open can be printed, with the moment it is from.",
    },
    load: () => import("./PriceBoardPage.vue"),
  }),
];
