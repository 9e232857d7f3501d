/** What every citizen is asked (回访), in this order. */
export const QUESTIONS = ["arrived_on_time", "price_as_posted", "quality", "attitude", "code_shown"] as const;
