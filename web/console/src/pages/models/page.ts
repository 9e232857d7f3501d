import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/models",
    title: { zh: "评价规则", en: "Rules" },
    permissions: ["read-models"],
    menu: { group: "model", order: 20 },
    load: () => import("./ModelsPage.vue"),
  }),
  definePage({
    path: "/models/:id",
    title: { zh: "规则版本", en: "Version of the rules" },
    permissions: ["read-models"],
    load: () => import("./ModelPage.vue"),
  }),
  definePage({
    path: "/simulations/:id",
    title: { zh: "规则模拟", en: "Simulation" },
    permissions: ["read-models"],
    load: () => import("./SimulationPage.vue"),
  }),
];
