// What is written of a draft of the rules, and the stored one that it began from: what a colleague saves meanwhile is
// neither shown over it nor overwritten by it unasked.
import { computed, type ComputedRef, watch } from "vue";

import { useDraft } from "../../../shell/draft";
import { type Model, parse, textOf } from "../document";
import { isDocument, same } from "./json";

export interface Edition {
  version: number;
  text: string;
  note: string;
}
type Written = Pick<Edition, "text" | "note">;

function editionOf({ version, document, note }: Model): Edition {
  return { version, text: textOf(document), note };
}

function isSame(one: Written, other: Written): boolean {
  if (one.note !== other.note) return false;
  const [mine, theirs] = [parse(one.text), parse(other.text)];
  const areRead =
    "document" in mine && "document" in theirs && isDocument(mine.document) && isDocument(theirs.document);
  return areRead ? same(mine.document, theirs.document) : one.text === other.text;
}

export function useKept(model: ComputedRef<Model>) {
  const stored = computed(() => editionOf(model.value));
  const mayEdit = computed(() => model.value.allowed_actions.includes("edit"));
  const { draft, forget } = useDraft(`model.${model.value.id}`, () => ({
    text: stored.value.text,
    note: stored.value.note,
    began: stored.value,
  }));
  const isChanged = computed(() => mayEdit.value && !isSame(draft, draft.began));
  /** What somebody else saved since; until it is decided which to go on with, nothing is saved over it. */
  const overtaking = computed(() =>
    isChanged.value && stored.value.version > draft.began.version ? stored.value : undefined,
  );
  const goOn = () => void (draft.began = stored.value);

  watch(
    () => stored.value.version,
    (version) => {
      if (!mayEdit.value || version <= draft.began.version) return;
      if (!isChanged.value) forget();
      // A new version of the same text, or both wrote the same.
      else if (isSame(stored.value, draft.began) || isSame(stored.value, draft)) goOn();
    },
    { immediate: true },
  );

  /** What is typed while it is on its way stays. */
  function saved(model: Model, sent: Written): void {
    const now = editionOf(model);
    draft.began = now;
    if (draft.text === sent.text) draft.text = now.text;
    if (draft.note === sent.note) draft.note = now.note;
  }

  return { draft, forget, mayEdit, isChanged, overtaking, goOn, saved };
}
