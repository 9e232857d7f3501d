import { definePage } from "../../shell/page";

export default definePage({
  path: "/",
  title: { zh: "首页", en: "Start" },
  offline: {
    zh: "网络已断开：扫证书上的码仍可用本机留存的名单验证，其他内容要等网络恢复；页上若已显示，是断开前的。",
    en: "No network: the code of a certificate can be checked with the list that this device keeps; the rest waits, and what this page may show is as of before.",
  },
  load: () => import("./HomePage.vue"),
});
