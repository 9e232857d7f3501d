import type { components } from "@kit/api/generated/credit";
import { counted, fitting, HOW_MANY, ROWS } from "@kit/total";

import type { Context } from "../../shell/context";
import { definePage } from "../../shell/page";

type Proceeding = components["schemas"]["Proceeding"];
/** How many at this stage one may do this with: who had a part in one keeps out of it. */
const whereOneMay =
  (act: Proceeding["allowed_actions"][number], stage: Proceeding["stage"]) =>
  ({ api, city }: Context) =>
    fitting(api.credit.GET("/v1/proceedings", { params: { query: { city, stage, ...ROWS } } }), (row) =>
      row.allowed_actions.includes(act),
    );

export default [
  definePage({
    path: "/proceedings",
    title: { zh: "失信处理", en: "Proceedings" },
    permissions: ["read-proceedings"],
    menu: { group: "credit", order: 30 },
    waits: [
      {
        words: { zh: "失信处理已超期", en: "Proceedings overdue" },
        to: "/proceedings?overdue=yes",
        isNow: true,
        count: ({ api, city }) =>
          counted(api.credit.GET("/v1/proceedings", { params: { query: { city, overdue: true, ...HOW_MANY } } })),
      },
      {
        words: { zh: "失信处理 3 日内到期", en: "Proceedings due within three days" },
        to: "/proceedings?due=soon",
        permissions: ["investigate-proceedings", "decide-proceedings"],
        count: ({ api, city }) =>
          counted(api.credit.GET("/v1/proceedings", { params: { query: { city, due_soon: true, ...HOW_MANY } } })),
      },
      {
        words: { zh: "紧急暂停，待另一人确认", en: "Suspended at once, to be confirmed" },
        to: "/proceedings?awaiting=confirmation",
        permissions: ["decide-proceedings"],
        isNow: true,
        count: ({ api, city }) =>
          counted(
            api.credit.GET("/v1/proceedings", {
              params: { query: { city, awaiting_confirmation: true, ...HOW_MANY } },
            }),
          ),
      },
      {
        words: { zh: "紧急暂停已结束，尚未决定", en: "Suspension over, not decided" },
        to: "/proceedings?suspension=ended",
        permissions: ["investigate-proceedings"],
        isNow: true,
        count: ({ api, city }) =>
          counted(
            api.credit.GET("/v1/proceedings", { params: { query: { city, suspension_ended: true, ...HOW_MANY } } }),
          ),
      },
      {
        words: { zh: "已立案，待告知", en: "Opened, to be notified" },
        to: "/proceedings?stage=opened",
        permissions: ["investigate-proceedings"],
        count: ({ api, city }) =>
          counted(api.credit.GET("/v1/proceedings", { params: { query: { city, stage: "opened", ...HOW_MANY } } })),
      },
      {
        words: { zh: "企业要求听证，待安排", en: "Hearings asked for, to be called" },
        to: "/proceedings?stage=hearing_asked",
        permissions: ["investigate-proceedings"],
        isNow: true,
        count: ({ api, city }) =>
          counted(
            api.credit.GET("/v1/proceedings", { params: { query: { city, stage: "hearing_asked", ...HOW_MANY } } }),
          ),
      },
      {
        words: { zh: "听证时间已到，待记录", en: "Hearings to be recorded" },
        to: "/proceedings?stage=hearing_called",
        permissions: ["investigate-proceedings"],
        isNow: true,
        count: whereOneMay("record_hearing", "hearing_called"),
      },
      {
        words: { zh: "已听证，待决定", en: "Heard, to be decided" },
        to: "/proceedings?stage=heard",
        permissions: ["decide-proceedings"],
        isNow: true,
        count: ({ api, city }) =>
          counted(api.credit.GET("/v1/proceedings", { params: { query: { city, stage: "heard", ...HOW_MANY } } })),
      },
      {
        words: { zh: "已告知，可以决定", en: "Told, to be decided" },
        to: "/proceedings?stage=noticed",
        permissions: ["decide-proceedings"],
        count: whereOneMay("impose", "noticed"),
      },
      {
        words: { zh: "整改证明待验收", en: "Proofs of rectification to judge" },
        to: "/proceedings?stage=in_force",
        permissions: ["decide-proceedings"],
        isNow: true,
        count: whereOneMay("judge_proof", "in_force"),
      },
      {
        words: { zh: "复核期间的整改证明待验收", en: "Proofs of rectification to judge, under appeal" },
        to: "/proceedings?stage=appealed",
        permissions: ["decide-proceedings"],
        isNow: true,
        count: whereOneMay("judge_proof", "appealed"),
      },
      {
        words: { zh: "已申请修复，待决定", en: "Repair applied for, to be decided" },
        to: "/proceedings?stage=in_force",
        permissions: ["decide-proceedings"],
        isNow: true,
        count: whereOneMay("decide_repair", "in_force"),
      },
      {
        words: { zh: "已申请复核，待复核", en: "Appealed, to be ruled on" },
        to: "/proceedings?stage=appealed",
        permissions: ["decide-proceedings"],
        isNow: true,
        count: whereOneMay("rule_on_appeal", "appealed"),
      },
    ],
    load: () => import("./ProceedingsPage.vue"),
  }),
  definePage({
    path: "/proceedings/:id",
    title: { zh: "失信处理", en: "Proceeding" },
    permissions: ["read-proceedings"],
    load: () => import("./ProceedingPage.vue"),
  }),
];
