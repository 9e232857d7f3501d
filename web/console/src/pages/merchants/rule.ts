// The rule behind an entry in words. The service names it by its place in the rules; most places have a sentence.
import { useWords } from "@kit/words";
import { useI18n } from "vue-i18n";

export function useRuleWords() {
  const { t } = useWords({
    zh: {
      opening: "新加盟企业的起始分",
      takenOver: "接收既有企业的起始分",
      satisfied: "回访：市民满意",
      unsatisfied: "回访：市民不满意，未构成失信",
      minor: "核实一次轻微失信",
      general: "核实一次一般失信",
      serious: "核实一次严重失信",
      attended: "参加活动：{kind}",
      honour: "荣誉：{kind}",
      activity: "组织志愿活动",
      hours: "志愿服务时长",
      recruitment: "招募志愿者",
      team_incubation: "孵化志愿队伍",
      matched_need: "满足志愿需求",
      quality: "以测得的服务质量代替平时累计",
      admission: "再次准入，不计分",
    },
    en: {
      opening: "What a newcomer begins with",
      takenOver: "What a merchant taken over begins with",
      satisfied: "Call-back: the citizen was content",
      unsatisfied: "Call-back: not content, no breach",
      minor: "A minor breach was verified",
      general: "A general breach was verified",
      serious: "A serious breach was verified",
      attended: "Attended: {kind}",
      honour: "Honour: {kind}",
      activity: "Held a volunteer activity",
      hours: "Hours of volunteering",
      recruitment: "Recruited volunteers",
      team_incubation: "Incubated a team",
      matched_need: "Met a volunteer need",
      quality: "The measured quality in place of what had been added up",
      admission: "Admitted again, without points",
    },
  });
  const { t: words, te } = useI18n({ useScope: "global" });
  const known: Record<string, string> = {
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
  const named = (key: string, code: string) => (te(key) ? words(key) : code);
  return (rule: string): string => {
    const sentence = known[rule];
    if (sentence) return t(sentence);
    const [, part, group, kind = "", level] = rule.split("/");
    if (part === "quality") return t("quality");
    if (part !== "activities") return rule;
    if (group === "honours") {
      const honour = named(`honourKind.${kind}`, kind);
      return t("honour", { kind: level ? `${honour} · ${named(`level.${level}`, level)}` : honour });
    }
    if (group === "attended") return t("attended", { kind: named(`attended.${kind}`, kind) });
    return rule;
  };
}
