// The rule behind an entry in words. The service names it by its place in the rules; most places have a sentence.
import { useI18n } from "vue-i18n";

const SENTENCES: Record<string, string> = {
  "/opening": "opening",
  "/opening/taken-over": "takenOver",
  "/followup/satisfied": "satisfied",
  "/followup/unsatisfied": "unsatisfied",
  "/breach/minor": "minor",
  "/breach/general": "general",
  "/breach/serious": "serious",
  "/activities/volunteer/activity": "activity",
  "/activities/volunteer/hours": "hours",
  "/activities/volunteer/recruitment": "recruitment",
  "/activities/volunteer/team_incubation": "team_incubation",
  "/activities/volunteer/matched_need": "matched_need",
  "/quality": "quality",
  "/admission": "admission",
};

/** Words of all pages, so that whoever uses it has words of its own beside them. */
export function useRuleWords(): (rule: string) => string {
  const { t, te } = useI18n({ useScope: "global" });
  const named = (key: string, code: string) => (te(key) ? t(key) : code);
  return (rule) => {
    const sentence = SENTENCES[rule];
    if (sentence) return t(`rule.${sentence}`);
    const [, part, group, kind = "", level] = rule.split("/");
    if (part === "quality") return t("rule.quality");
    if (part !== "activities") return rule;
    if (group === "honours") {
      const honour = named(`honourKind.${kind}`, kind);
      return t("rule.honour", { kind: level ? `${honour} · ${named(`level.${level}`, level)}` : honour });
    }
    if (group === "attended") return t("rule.attended", { kind: named(`attended.${kind}`, kind) });
    return rule;
  };
}
