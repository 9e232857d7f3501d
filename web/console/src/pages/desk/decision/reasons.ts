// Why a person decided otherwise than the rule, as a record keeps it, in words.
import { useI18n } from "vue-i18n";

import type { Decided } from "./outcome";

export function useReasonText() {
  const { t, te } = useI18n({ useScope: "global" });
  return (reason: Decided["reason"]): string => {
    const word = reason && `choice.${reason.code}`;
    const code = word && te(word) ? t(word) : reason?.code;
    return [code, reason?.note].filter((part) => part).join(" · ") || "–";
  };
}
