// What became of each of several letters that were seen to at once.
import { Refused } from "@kit/api/problem";

import type { Letter } from "../services";

/** One letter: what it is now, or the code and words of why not. */
export interface Outcome {
  id: string;
  letter: Letter | null;
  code: string | null;
  detail: string | null;
}

/** As the service says it about one of many. */
export interface Answered {
  id: string;
  result?: { letter: Letter } | null;
  problem?: { code: string; title: string; detail?: string | null } | null;
}

export function answered({ id, result, problem }: Answered): Outcome {
  return {
    id,
    letter: result?.letter ?? null,
    code: problem?.code ?? null,
    detail: problem ? (problem.detail ?? problem.title) : null,
  };
}

/** One after another, as there is no call for many: one that is refused holds up none of the others; anything else,
 *  such as a lost connection, ends it, and trying again leaves what was done as it is. */
export async function each(
  ids: readonly string[],
  does: (id: string) => Promise<{ letter: Letter }>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const id of ids) {
    try {
      const { letter } = await does(id);
      outcomes.push({ id, letter, code: null, detail: null });
    } catch (thrown) {
      const isAboutIt = thrown instanceof Refused && (thrown.status === 404 || thrown.status === 409);
      if (!isAboutIt) throw thrown;
      outcomes.push({ id, letter: null, code: thrown.code, detail: thrown.message });
    }
  }
  return outcomes;
}

/** The ids of those that `act` may be done to, as many as go into one request. */
export function open(letters: readonly Letter[], act: Letter["allowed_actions"][number]): string[] {
  return letters
    .filter((letter) => letter.allowed_actions.includes(act))
    .slice(0, MANY)
    .map((letter) => letter.id);
}

/** As many as the service takes at once. */
const MANY = 100;
