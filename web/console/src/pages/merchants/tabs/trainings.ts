// Trainings and exams as the record of a worker has them.
export interface Passed {
  number: string;
  title: string;
}

/** Those that were passed, the last first: skill stars rest on one of them. The record says what happened as an object
 *  of several forms; what has another one is left out. */
export function passedOf(records: readonly { happening: object }[]): Passed[] {
  return records.flatMap(({ happening }) => {
    if (!("kind" in happening) || happening.kind !== "trained" || !("training" in happening)) return [];
    const { training } = happening;
    if (typeof training !== "object" || training === null) return [];
    if (!("number" in training) || !("title" in training) || !("result" in training)) return [];
    const { number, title, result } = training;
    return result === "passed" && typeof number === "string" && typeof title === "string" ? [{ number, title }] : [];
  });
}
