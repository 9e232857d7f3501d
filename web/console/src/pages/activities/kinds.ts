/** Kinds of activities, as the rules give points for them. */
export const KINDS = ["lecture", "pledge-day", "training", "outreach"] as const;
