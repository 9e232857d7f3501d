import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/inspections",
    title: { zh: "巡查", en: "Inspections" },
    permissions: ["read-inspections"],
    menu: { group: "credit", order: 25 },
    load: () => import("./InspectionsPage.vue"),
  }),
  definePage({
    path: "/inspections/:id",
    title: { zh: "巡查发现", en: "Inspection" },
    permissions: ["read-inspections"],
    load: () => import("./InspectionPage.vue"),
  }),
];
