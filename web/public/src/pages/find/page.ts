import { definePage } from "../../shell/page";

export default definePage({
  path: "/merchants",
  title: { zh: "查企业", en: "Find a merchant" },
  order: 1,
  offline: {
    zh: "网络已断开，查企业要等网络恢复。扫证书上的码仍可用本机留存的名单验证。",
    en: "No network: looking up merchants waits for it. The code of a certificate can be checked with the list that this device keeps.",
  },
  load: () => import("./FindPage.vue"),
});
