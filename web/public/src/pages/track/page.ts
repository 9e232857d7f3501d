import { definePage } from "../../shell/page";

export default definePage({
  path: "/track",
  title: { zh: "查进度", en: "Track a request" },
  order: 8,
  load: () => import("./TrackPage.vue"),
});
