import { definePage } from "../../shell/page";

export default definePage({
  path: "/applications",
  title: { zh: "加盟公示", en: "Applications" },
  order: 5,
  offline: {
    zh: "网络已断开：公示要等网络恢复，页上若已显示，是断开前的。提交意见也要等，或拨打 81890。",
    en: "No network: applications wait for it; what this page may show is as of before. Saying something waits too, or call 81890.",
  },
  load: () => import("./ApplicationsPage.vue"),
});
