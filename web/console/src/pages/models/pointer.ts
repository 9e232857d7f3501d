// Where in a JSON text a pointer (RFC 6901) leads.
import { ensureSyntaxTree, syntaxTree } from "@codemirror/language";
import type { EditorState } from "@codemirror/state";

import { steps } from "./rules/json";

type SyntaxNode = ReturnType<typeof syntaxTree>["topNode"];

const PARSE_MS = 200;

export interface Range {
  from: number;
  to: number;
}

/** The name of the property or the item that `pointer` leads to; as far as it leads, if the text ends before. */
export function locate(state: EditorState, pointer: string): Range {
  const tree = ensureSyntaxTree(state, state.doc.length, PARSE_MS) ?? syntaxTree(state);
  let value = tree.topNode.firstChild;
  let found: Range = { from: 0, to: Math.min(1, state.doc.length) };
  for (const step of steps(pointer)) {
    const next = value && child(state, value, step);
    if (!next) break;
    value = next.value;
    found = { from: next.mark.from, to: next.mark.to };
  }
  return found;
}

function child(state: EditorState, of: SyntaxNode, step: string): { mark: SyntaxNode; value: SyntaxNode } | null {
  if (of.name === "Object") {
    for (const property of of.getChildren("Property")) {
      const name = property.getChild("PropertyName");
      const value = property.lastChild;
      if (name && value && state.sliceDoc(name.from + 1, name.to - 1) === step) return { mark: name, value };
    }
  }
  if (of.name === "Array") {
    let place = 0;
    for (let item = of.firstChild; item; item = item.nextSibling) {
      // Brackets and commas are nodes too.
      if (!/^[A-Z]/u.test(item.name)) continue;
      if (String(place) === step) return { mark: item, value: item };
      place += 1;
    }
  }
  return null;
}
