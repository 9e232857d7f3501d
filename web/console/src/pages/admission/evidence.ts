// What a check rests on. The service says it in English sentences with codes: known ones are said in both languages, with
// names for codes; others are shown as they are.

/** Which sentence it is, and what fills it. */
export function sentence(evidence: string): { key: string; codes: string[]; rest: string } | null {
  for (const { key, form } of FORMS) {
    const found = form.exec(evidence);
    if (found) {
      const rest = found[1] ?? "";
      return { key, rest, codes: rest.split(", ").map((code) => code.replace(/^(paper|commitment):/u, "")) };
    }
  }
  return null;
}

const FORMS = [
  { key: "notLookedUp", form: /^nobody has looked it up in the register yet$/u },
  { key: "banRuns", form: /^a ban runs until (.+)$/u },
  { key: "noBan", form: /^no ban runs at (.+)$/u },
  { key: "policy", form: /^rules of admission, version (\d+)$/u },
  { key: "noneDemanded", form: /^none is demanded$/u },
  { key: "lacking", form: /^not verified or not in date: (.+)$/u },
  { key: "notSigned", form: /^not signed$/u },
  { key: "earlierText", form: /^an earlier text is signed$/u },
  { key: "commitmentExpired", form: /^the signed commitment has expired$/u },
  { key: "priceList", form: /^price list, version (\d+)$/u },
  { key: "noPrice", form: /^nothing is said about: (.+)$/u },
  { key: "noHome", form: /^no home is entered$/u },
  { key: "green", form: /^a worker is green until (.+)$/u },
  { key: "noGreen", form: /^no worker is green$/u },
];
