// What each code of a refusal means, in both languages: the services' own catalogue, fetched when the first one is shown.
import { shallowRef } from "vue";

export interface ProblemWords {
  title: string;
  remedy: string;
}
type Both = { zh: ProblemWords; en: ProblemWords };
type Catalogue = Record<string, Record<string, Both>>;

const catalogue = shallowRef<Catalogue>();
let asked = false;

/** Nothing until the catalogue is there, and for a code that it lacks, such as that of a proxy. */
export function problemWords(service: string, code: string): Both | undefined {
  if (!asked) {
    asked = true;
    // Without it a refusal still says its own title.
    import("./generated/problems").then(
      ({ PROBLEMS }) => (catalogue.value = PROBLEMS as Catalogue),
      () => (asked = false),
    );
  }
  return catalogue.value?.[service]?.[code] ?? catalogue.value?.common?.[code];
}
