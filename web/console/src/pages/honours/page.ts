import { counted, HOW_MANY } from "@kit/total";

import { definePage } from "../../shell/page";

export default definePage({
  path: "/honours",
  title: { zh: "荣誉", en: "Honours" },
  permissions: ["read-honours"],
  menu: { group: "credit", order: 50 },
  waits: [
    {
      words: { zh: "荣誉待批准", en: "Honours to decide" },
      to: "/honours?state=proposed",
      permissions: ["decide-honours"],
      count: ({ api, city }) =>
        counted(api.credit.GET("/v1/honours", { params: { query: { city, state: "proposed", ...HOW_MANY } } })),
    },
    {
      words: { zh: "荣誉被质疑", en: "Honours in question" },
      to: "/honours?state=questioned",
      permissions: ["decide-honours"],
      count: ({ api, city }) =>
        counted(api.credit.GET("/v1/honours", { params: { query: { city, state: "questioned", ...HOW_MANY } } })),
    },
  ],
  load: () => import("./HonoursPage.vue"),
});
