// Rules as a text that is edited.
import type { components } from "@kit/api/generated/credit";

export type Model = components["schemas"]["Model"];
type Document = components["schemas"]["ModelDraft"]["document"];

export function textOf(document: object): string {
  return JSON.stringify(document, null, 2);
}

/** The document that a text says; or why it says none. */
export function parse(text: string): { document: Document } | { problem: string } {
  try {
    const said: unknown = JSON.parse(text);
    if (typeof said !== "object" || said === null || Array.isArray(said)) return { problem: "{ … }" };
    // The service's document calls it an object without any property: it checks what is in it itself.
    return { document: said as Document };
  } catch (thrown) {
    return { problem: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}
