// Server-sent events, read from the body of a fetch: an EventSource cannot carry a bearer token.

/** One event, as the standard reads it. */
export interface LiveEvent {
  /** The last id that was said, to be given back when asking anew; empty while none was. */
  id: string;
  name: string;
  data: string;
}

/** An event that is longer than this, in characters, is no event of ours. */
export const EVENT_CHARS_MAX = 1_000_000;

export class EventReader {
  /** After how many milliseconds the server wants to be asked anew. */
  retryMs: number | undefined;
  private rest = "";
  private id: string;
  private name = "";
  private data: string[] = [];
  private chars = 0;

  /** `id` is the last one of the connection before. */
  constructor(id = "") {
    this.id = id;
  }

  /** Takes the next piece, cut wherever the network cut it; gives the events that it completes. */
  read(piece: string): LiveEvent[] {
    const found: LiveEvent[] = [];
    // A CR at the end may be half of a CRLF.
    const text = this.rest + piece;
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? "";
    if (this.rest.length > EVENT_CHARS_MAX) throw new RangeError("a line of a live stream is too long");
    for (const line of lines) {
      const event = line === "" ? this.ended() : this.field(line);
      if (event) found.push(event);
    }
    return found;
  }

  private field(line: string): null {
    const colon = line.indexOf(":");
    if (colon === 0) return null;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "id" && !value.includes("\0")) this.id = value;
    if (field === "event") this.name = value;
    if (field === "retry" && /^\d+$/.test(value)) this.retryMs = Number(value);
    if (field === "data") {
      this.chars += value.length;
      if (this.chars > EVENT_CHARS_MAX) throw new RangeError("an event of a live stream is too long");
      this.data.push(value);
    }
    return null;
  }

  private ended(): LiveEvent | null {
    const event = { id: this.id, name: this.name || "message", data: this.data.join("\n") };
    const isWhole = this.data.length > 0;
    this.name = "";
    this.data = [];
    this.chars = 0;
    return isWhole ? event : null;
  }
}
