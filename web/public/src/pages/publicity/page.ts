import { definePage } from "../../shell/page";

export default definePage({
  path: "/publicity",
  title: { zh: "信用公示", en: "Notices" },
  order: 4,
  offline: {
    zh: "网络已断开：显示的是断开前的公示，新的要等网络恢复。",
    en: "No network: these are the notices as of before; newer ones wait for the network.",
  },
  load: () => import("./PublicityPage.vue"),
});
