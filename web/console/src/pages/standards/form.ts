// A standard as it is typed: clauses one a line, the number before the first space.
import type { components } from "@kit/api/generated/credit";

export const KINDS = ["national", "industry", "local", "group", "enterprise"] as const;
export type Standard = components["schemas"]["Standard"];
type Clause = components["schemas"]["Clause"];

export function clausesOf(text: string): Clause[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .map((line) => {
      const [number = "", ...rest] = line.split(/\s+/u);
      return { number, text: rest.join(" ") };
    });
}

export function linesOf(clauses: readonly Clause[]): string {
  return clauses.map((clause) => `${clause.number} ${clause.text}`).join("\n");
}
