// Words that the pages of operations share.
export const services = {
  zh: { intake: "受理", dispatch: "派单", feedback: "回访", credit: "信用" },
  en: { intake: "Intake", dispatch: "Dispatch", feedback: "Feedback", credit: "Credit" },
} as const;
