// Who stands level in an order: the draw alone tells them apart, and the draw is the request's own.

/** For each place of the order the first and the last place of those who are level with it, from 1; nothing where it stands
 *  alone. */
export function tiesOf(candidates: readonly { behind_by?: string | null }[]): ({ from: number; to: number } | null)[] {
  const starts: number[] = [];
  candidates.forEach(({ behind_by: by }, index) => {
    starts.push(index > 0 && by === "draw" ? (starts[index - 1] ?? index) : index);
  });
  return starts.map((start) => {
    const last = starts.lastIndexOf(start);
    return last > start ? { from: start + 1, to: last + 1 } : null;
  });
}
