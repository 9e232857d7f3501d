import { definePage } from "../../shell/page";

export default definePage({
  path: "/track",
  title: { zh: "查进度", en: "Track a request" },
  order: 8,
  offline: {
    zh: "网络已断开：已查到的进度仍可看，但不再更新。再查要等网络恢复，或拨打 81890。",
    en: "No network: what was found stays in sight and is not renewed. Looking again waits for the network, or call 81890.",
  },
  load: () => import("./TrackPage.vue"),
});
