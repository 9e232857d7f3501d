import { definePage } from "../../shell/page";

export default definePage({
  path: "/applications",
  title: { zh: "加盟公示", en: "Applications" },
  order: 5,
  offline: {
    zh: "网络已断开：显示的是断开前的公示。提交意见要等网络恢复，或拨打 81890。",
    en: "No network: these are the applications as of before. Saying something waits for the network, or call 81890.",
  },
  load: () => import("./ApplicationsPage.vue"),
});
