// Files that a page fetched, handed to the browser.

/** How long the browser has to take one up. */
export const KEPT_MS = 60_000;

/** Saves a file under a name. */
export function save(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
