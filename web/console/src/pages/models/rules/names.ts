// What the parts of the rules are called: by the end of their pattern, with a star for rows and kinds (see `patternOf`).
// The longest end that is named counts, so that `points` need not be named for each breach. A part that is new in the
// rules gets its name in one of the two tables; a test holds them to the published schema.
import { CONDUCT } from "./names-conduct";
import { GRADING } from "./names-grading";
import type { Name } from "./naming";

const NAMES: Readonly<Record<string, Name>> = { ...GRADING, ...CONDUCT };

/** What the part at this pattern is called. */
export function nameOf(pattern: string): Name | undefined {
  const parts = pattern.split("/");
  for (let from = 0; from < parts.length; from += 1) {
    const end = parts.slice(from).join("/");
    if (Object.hasOwn(NAMES, end)) return NAMES[end];
  }
  return undefined;
}
