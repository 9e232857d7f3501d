import { definePage } from "../../shell/page";

export default definePage({
  path: "/door",
  title: { zh: "扫码认人", en: "At the door" },
  order: 3,
  load: () => import("./DoorPage.vue"),
});
