// What moved on the board, and which columns are to be read anew for it.
import type { components } from "@kit/api/generated/dispatch";

/** The columns, from what needs a person most to what runs by itself. */
export const COLUMNS = ["unserved", "waiting", "offered", "running"] as const;
export type Column = (typeof COLUMNS)[number];

/** The columns that the moves touch: where a job stands now, and where it is still shown. */
export function touched(
  { jobs, more }: components["schemas"]["BoardMoves"],
  shows: (column: Column, request: string) => boolean,
): Column[] {
  if (more) return [...COLUMNS];
  return COLUMNS.filter((column) => jobs.some((job) => job.column === column || shows(column, job.request)));
}

/** Collects words and hands them on together: the first at once, later ones at most every `ms`. */
export class Gathered<Word> {
  private readonly waiting = new Set<Word>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private latest = -Infinity;

  constructor(
    private readonly ms: number,
    private readonly take: (words: Word[]) => void,
  ) {}

  add(words: readonly Word[]): void {
    for (const word of words) this.waiting.add(word);
    if (this.waiting.size === 0) return;
    this.timer ??= setTimeout(() => this.hand(), Math.max(0, this.latest + this.ms - performance.now()));
  }

  end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private hand(): void {
    this.timer = undefined;
    this.latest = performance.now();
    const words = [...this.waiting];
    this.waiting.clear();
    this.take(words);
  }
}
