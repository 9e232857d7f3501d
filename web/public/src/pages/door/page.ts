import { definePage } from "../../shell/page";

export default definePage({
  path: "/door",
  title: { zh: "扫码认人", en: "At the door" },
  order: 3,
  offline: {
    zh: "网络已断开，现在认不了人。请先别开门；要紧时拨打 81890。",
    en: "No network: nobody can be looked up now. Keep the door closed; call 81890 if it cannot wait.",
  },
  load: () => import("./DoorPage.vue"),
});
