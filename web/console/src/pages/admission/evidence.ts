// What a check rests on. The service says it in English sentences with codes and moments: those it can make are said in
// both languages, with names and days as people read them; what an officer wrote is shown as it is.

/** What fills a sentence. */
export interface Fills {
  /** Papers, items or a category. */
  codes?: string[];
  number?: string;
  version?: string;
  hash?: string;
  /** When it was so. */
  at?: string;
  /** The first moment at which it no longer holds. */
  end?: string;
  /** What an officer wrote. */
  text?: string;
}

export interface Sentence extends Fills {
  key: keyof typeof FORMS;
}

/** The sentences that the service made it of: several papers make several. Null for other people's words. */
export function sentences(evidence: string): Sentence[] | null {
  const found = evidence.split(BETWEEN_PAPERS).map(sentence);
  return found.every((one) => one !== null) ? found : null;
}

function sentence(text: string): Sentence | null {
  for (const key of KEYS) {
    const groups = FORMS[key].exec(text);
    if (groups) return { key, ...filled(groups.groups) };
  }
  return null;
}

function filled({ codes, ...rest }: Record<string, string> = {}): Fills {
  return codes ? { ...rest, codes: codes.split(", ").map((code) => code.replace(KIND, "")) } : rest;
}

/** What it is that is lacking, which the check says already: `paper:electrician`. */
const KIND = /^(?:paper|commitment):/u;
/** An officer's words may hold a semicolon as well: only one before the next paper parts two. */
const BETWEEN_PAPERS = /; (?=[a-z0-9-]+ [^;]+ until \d{4}-\d{2}-\d{2}T\S+Z: )/u;

/** As `checks.rs` of the domain writes them, in its order. */
const FORMS = {
  noCategory: /^asked for no category$/u,
  noPolicy: /^the admission policy has no row for category (?<codes>\S+)$/u,
  notLookedUp: /^nobody has looked it up in the register yet$/u,
  lookedUpLongAgo: /^the look-up in the register is too old$/u,
  banRuns: /^a ban runs until (?<end>\S+)$/u,
  noBan: /^no ban runs at (?<at>\S+)$/u,
  policy: /^rules of admission, version (?<version>\d+)$/u,
  paper: /^(?<codes>[a-z0-9-]+) (?<number>.+?) until (?<end>\d{4}-\d{2}-\d{2}T\S+Z): (?<text>.*)$/su,
  noneDemanded: /^none is demanded$/u,
  lacking: /^not verified or not in date: (?<codes>.+)$/u,
  notSigned: /^not signed$/u,
  earlierText: /^an earlier text is signed$/u,
  commitmentExpired: /^the signed commitment has expired$/u,
  signed: /^version (?<version>\d+) signed by merchant:\S+ at (?<at>\S+), sha-256 (?<hash>[0-9a-f]+)$/u,
  signedOnPaper: /^version (?<version>\d+) signed by staff:\S+ at (?<at>\S+), sha-256 (?<hash>[0-9a-f]+)$/u,
  priceList: /^price list, version (?<version>\d+)$/u,
  noPrice: /^nothing is said about: (?<codes>.+)$/u,
  noItem: /^nothing is said about: $/u,
  noHome: /^no home is entered$/u,
  green: /^a worker is green until (?<end>\S+)$/u,
  noGreen: /^no worker is green$/u,
};
const KEYS = Object.keys(FORMS) as (keyof typeof FORMS)[];
