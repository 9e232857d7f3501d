import { definePage } from "../../shell/page";

export default definePage({
  path: "/login",
  title: { zh: "登录", en: "Sign in" },
  permissions: [],
  load: () => import("./LoginPage.vue"),
});
