import { definePage } from "../../shell/page";

export default definePage({
  path: "/publicity",
  title: { zh: "信用公示", en: "Notices" },
  order: 4,
  offline: {
    zh: "网络已断开：公示要等网络恢复。页上若已显示，是断开前的。",
    en: "No network: notices wait for it. What this page may show is as of before.",
  },
  load: () => import("./PublicityPage.vue"),
});
