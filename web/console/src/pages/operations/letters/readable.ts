/** What bytes in base64 say, where they are text; a body that was cut off or is of another kind is none. */
export function textOf(base64: string): string | null {
  try {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return UNREADABLE.test(text) ? null : text;
  } catch {
    return null;
  }
}

/** Letters that nobody reads: all that steer, but for tabs and ends of lines. */
const UNREADABLE = /[^\P{Cc}\t\n\r]/u;
