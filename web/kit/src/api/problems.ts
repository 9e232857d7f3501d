// What a refusal means, in both languages: the services' own catalogue and what pages say instead, fetched when the first
// one is shown.
import { shallowRef } from "vue";

type Telling = typeof import("./telling");
type Both = NonNullable<ReturnType<Telling["problemWords"]>>;

const telling = shallowRef<Telling>();
let asked = false;

/** Nothing until it is there. Without it a refusal is told by its kind. */
export function useTelling(): Telling | undefined {
  if (!asked) {
    asked = true;
    import("./telling").then(
      (found) => (telling.value = found),
      () => (asked = false),
    );
  }
  return telling.value;
}

/** What the catalogue says of a code: nothing until it is there, and for a code that it lacks, such as a proxy's. */
export function problemWords(service: string, code: string): Both | undefined {
  return useTelling()?.problemWords(service, code);
}
