// The report of a merchant as the service sends it: its document says of these parts only that they are objects, so they
// are read with care. What is not as expected is left out.
import { type Dimension, DIMENSIONS } from "../merchants/ledger";
import type { Grade } from "../merchants/standing";

const GRADES: readonly Grade[] = ["D", "C", "B", "A", "AA", "AAA"];

export interface Report {
  name: string;
  score: number;
  grade: Grade;
  limit: string;
  dimensions: { dimension: Dimension; counted: number; floor: number; ceiling: number }[];
  rules: { rule: string; entries: number; points: number }[];
  changes: { at: string; from: Grade | null; to: Grade; cause: string }[];
  /** Which share of its peers stands below it, per mille; of the city, or of a category. */
  peers: { category: string | null; merchants: number; below: number }[];
  /** What would raise the grade. */
  raises: Raise[];
}

export interface Raise {
  what: "points" | "evidence" | "breach" | "measure";
  /** The better grade, or the best one beside a measure. */
  grade: Grade | null;
  /** Points, call-backs, or points that a breach takes. */
  amount: number | null;
  room: { dimension: Dimension; points: number }[];
  severity: "minor" | "general" | "serious" | null;
  proceeding: string | null;
  endsAt: string | null;
}

export function readReport(sent: unknown): Report | null {
  const found = at(sent, "found");
  const grade = asGrade(at(found, "grade"));
  const score = at(found, "score");
  if (!grade || typeof score !== "number") return null;
  return {
    name: text(at(sent, "name")),
    score,
    grade,
    limit: text(at(found, "limit")),
    dimensions: list(at(sent, "dimensions")).flatMap((one) => {
      const dimension = asDimension(at(one, "dimension"));
      return dimension
        ? [
            {
              dimension,
              counted: number(at(one, "counted")),
              floor: number(at(one, "floor")),
              ceiling: number(at(one, "ceiling")),
            },
          ]
        : [];
    }),
    rules: list(at(sent, "rules")).map((one) => ({
      rule: text(at(one, "rule")),
      entries: number(at(one, "entries")),
      points: DIMENSIONS.reduce((sum, dimension) => sum + number(at(at(one, "points"), dimension)), 0),
    })),
    changes: list(at(sent, "changes")).flatMap((one) => {
      const to = asGrade(at(one, "to"));
      return to ? [{ at: text(at(one, "at")), from: asGrade(at(one, "from")), to, cause: text(at(one, "cause")) }] : [];
    }),
    peers: list(at(sent, "peers")).map((one) => ({
      category: text(at(one, "category")) || null,
      merchants: number(at(one, "merchants")),
      below: number(at(one, "below_permille")),
    })),
    raises: list(at(sent, "raises")).flatMap((one) => readRaise(one) ?? []),
  };
}

const RAISES = ["points", "evidence", "breach", "measure"] as const;
const SEVERITIES = ["minor", "general", "serious"] as const;

function readRaise(one: unknown): Raise | null {
  const what = RAISES.find((known) => known === at(one, "what"));
  if (!what) return null;
  const amount = at(one, "missing") ?? at(one, "content_callbacks") ?? at(one, "points");
  return {
    what,
    grade: asGrade(at(one, "grade") ?? at(one, "cap")),
    amount: typeof amount === "number" ? amount : null,
    room: list(at(one, "room")).flatMap((pair) => {
      const [name, points] = list(pair);
      const dimension = asDimension(name);
      return dimension ? [{ dimension, points: number(points) }] : [];
    }),
    severity: SEVERITIES.find((severity) => severity === at(one, "severity")) ?? null,
    proceeding: text(at(one, "proceeding")) || null,
    endsAt: text(at(one, "ends_at")) || null,
  };
}

function at(of: unknown, name: string): unknown {
  return typeof of === "object" && of !== null ? Object.entries(of).find(([key]) => key === name)?.[1] : undefined;
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function number(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function asGrade(value: unknown): Grade | null {
  return GRADES.find((grade) => grade === value) ?? null;
}

function asDimension(value: unknown): Dimension | undefined {
  return DIMENSIONS.find((dimension) => dimension === value);
}
