import { definePage } from "../../shell/page";

export default definePage({
  path: "/",
  title: { zh: "首页", en: "Start" },
  offline: {
    zh: "网络已断开：验证书仍可使用，其他内容为断开前所见。",
    en: "No network: certificates can be checked all the same; the rest is what was known before.",
  },
  load: () => import("./HomePage.vue"),
});
