// A word of the rules that is a grade is shown as one.
import type { components } from "@kit/api/generated/credit";

type Grade = components["schemas"]["Grade"];
const GRADES: readonly Grade[] = ["AAA", "AA", "A", "B", "C", "D"];

export function asGrade(value: unknown): Grade | undefined {
  return GRADES.find((grade) => grade === value);
}
