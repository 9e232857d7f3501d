import { definePage } from "../../shell/page";

export default definePage({
  path: "/merchants",
  title: { zh: "查企业", en: "Find a merchant" },
  order: 1,
  offline: {
    zh: "网络已断开，查企业要等网络恢复。验证书不受影响。",
    en: "No network: looking up merchants waits for it. Certificates can be checked all the same.",
  },
  load: () => import("./FindPage.vue"),
});
