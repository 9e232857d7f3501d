// A live list that does not jump under a finger: the row that is being read or edited keeps its place.

/** The newest order, but with the row that is held at the place where it stands among what is shown. A row that is
 *  gone from the newest order stays in sight as long as it is held. */
export function hold<Row>(
  shown: readonly Row[],
  newest: readonly Row[],
  held: string | null,
  id: (row: Row) => string,
): Row[] {
  const place = held === null ? -1 : shown.findIndex((row) => id(row) === held);
  const before = shown[place];
  if (before === undefined) return [...newest];
  const row = newest.find((one) => id(one) === held) ?? before;
  const others = newest.filter((one) => id(one) !== held);
  return [...others.slice(0, place), row, ...others.slice(place)];
}

/** The same for a list of which somebody uses a row: every row keeps its place with its newest content, also one that
 *  is gone, and new ones come at the end. */
export function keep<Row>(shown: readonly Row[], newest: readonly Row[], id: (row: Row) => string): Row[] {
  const now = new Map(newest.map((row) => [id(row), row]));
  const known = new Set(shown.map(id));
  return [...shown.map((row) => now.get(id(row)) ?? row), ...newest.filter((row) => !known.has(id(row)))];
}
