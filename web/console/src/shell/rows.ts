// `j` and `k` move through the rows of the page, whatever list they stand in; Enter on a row is the row's own. Where rows
// are there to pick one of them, they move through what picks it.
import { useKeys } from "./keys";

export function useRowKeys(): void {
  useKeys(
    { key: "j", words: { zh: "下一行", en: "Next row" }, does: () => step(1) },
    { key: "k", words: { zh: "上一行", en: "Row before" }, does: () => step(-1) },
  );
}

function step(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>("#content tr[tabindex='0'], #content [data-row]")];
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = at < 0 ? 0 : at + by;
  const row = rows[Math.min(Math.max(next, 0), rows.length - 1)];
  (row?.querySelector<HTMLElement>("input[type='radio']") ?? row)?.focus();
}
