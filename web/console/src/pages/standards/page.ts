import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/standards",
    title: { zh: "标准库", en: "Standards" },
    permissions: ["keep-standards", "read-models"],
    menu: { group: "model", order: 30 },
    load: () => import("./StandardsPage.vue"),
  }),
  definePage({
    path: "/standards/:slug",
    title: { zh: "标准", en: "Standard" },
    permissions: ["keep-standards", "read-models"],
    load: () => import("./StandardPage.vue"),
  }),
];
