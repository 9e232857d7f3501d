// `j` and `k` move through the rows of the page, whatever list they stand in; Enter on a row is the row's own. Where rows
// are there to pick one of them, they move through what picks it; where lists stand beside each other, `h` and `l` lead from
// one to the next.
import { useKeys } from "./keys";

export function useRowKeys(): void {
  useKeys(
    { key: "j", words: { zh: "下一行", en: "Next row" }, does: () => step(1) },
    { key: "k", words: { zh: "上一行", en: "Row before" }, does: () => step(-1) },
  );
}

/** Between lists that stand beside each other: each is a `section`. */
export function useColumnKeys(): void {
  useKeys(
    { key: "h", words: { zh: "左边一列", en: "Column to the left" }, does: () => aside(-1) },
    { key: "l", words: { zh: "右边一列", en: "Column to the right" }, does: () => aside(1) },
  );
}

function aside(by: 1 | -1): void {
  const columns = [...document.querySelectorAll<HTMLElement>("#content section")].filter((column) =>
    column.querySelector("[data-row]"),
  );
  const at = columns.findIndex((column) => column.contains(document.activeElement));
  const next = at < 0 ? 0 : Math.min(Math.max(at + by, 0), columns.length - 1);
  columns[next]?.querySelector<HTMLElement>("[data-row]")?.focus();
}

function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("#content tr[tabindex='0'], #content [data-row]")];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? 0 : at + by;
  const row = rows[Math.min(Math.max(next, 0), rows.length - 1)];
  (row?.querySelector<HTMLElement>("input[type='radio']") ?? row)?.focus();
}
