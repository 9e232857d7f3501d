import { definePage } from "../../shell/page";

export default definePage({
  path: "/standards",
  title: { zh: "标准与承诺", en: "Standards" },
  order: 6,
  offline: {
    zh: "网络已断开：已打开的承诺和标准仍可阅读，其他的要等网络恢复。",
    en: "No network: what is open can be read; other commitments and standards wait for the network.",
  },
  load: () => import("./StandardsPage.vue"),
});
