import { counted, HOW_MANY } from "@kit/total";

import { definePage } from "../../shell/page";

export default [
  definePage({
    path: "/models",
    title: { zh: "评价规则", en: "Rules" },
    permissions: ["read-models"],
    menu: { group: "model", order: 20 },
    waits: [
      {
        words: { zh: "规则草稿待批准", en: "Drafts of the rules to approve" },
        to: "/models?awaiting=approval",
        permissions: ["approve-models"],
        count: ({ api }) =>
          counted(api.credit.GET("/v1/models", { params: { query: { awaiting_approval: true, ...HOW_MANY } } })),
      },
    ],
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
