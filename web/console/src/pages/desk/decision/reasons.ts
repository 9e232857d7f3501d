// Why a person decided otherwise than the rule, as a record keeps it, in words.
import { useWords } from "@kit/words";

import type { Decided } from "./outcome";

export function useReasonText() {
  const { t, te } = useWords({
    zh: {
      citizen_chose: "市民指定",
      knows_the_case: "熟悉此事",
      not_reached: "首位联系不上",
      special_skill: "需要特殊技能",
      agreed: "已联系，企业答应上门",
      other: "其他",
    },
    en: {
      citizen_chose: "the citizen wants it",
      knows_the_case: "knows the case",
      not_reached: "the first was not reached",
      special_skill: "a special skill is needed",
      agreed: "it was spoken to and agrees to come",
      other: "something else",
    },
  });
  return (reason: Decided["reason"]): string => {
    const code = reason && te(reason.code) ? t(reason.code) : reason?.code;
    return [code, reason?.note].filter((part) => part).join(" · ") || "–";
  };
}
