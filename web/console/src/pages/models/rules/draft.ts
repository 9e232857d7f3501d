// A draft of the rules while it is written: one text, whether by the form or as JSON, checked as it changes.
import { data } from "@kit/api/client";
import { useQuery } from "@tanstack/vue-query";
import { computed, type ComputedRef, onScopeDispose, ref, watch } from "vue";

import { useContext } from "../../../shell/context";
import { type Model, parse, textOf } from "../document";
import { slips } from "./faults";
import { type Document, isDocument, type Json, put } from "./json";
import { useKept } from "./kept";
import { useSaid } from "./said";
import type { Schema } from "./schema";

const CHECK_AFTER_MS = 600;

/** Something to mend, in words. */
export interface Fault {
  pointer: string;
  problem: string;
}

export function useRulesDraft(model: ComputedRef<Model>, schema: ComputedRef<Schema>) {
  const kept = useKept(model);
  const { draft, mayEdit } = kept;
  /** What nobody may change is shown as the service has it, whatever was once typed. */
  const parsed = computed(() => (mayEdit.value ? parse(draft.text) : { document: model.value.document }));
  const unreadable = computed(() => ("problem" in parsed.value ? parsed.value.problem : undefined));
  const document = computed(() => read(parsed.value));
  const found = computed(() =>
    unreadable.value === undefined && mayEdit.value ? slips(schema.value, document.value) : [],
  );
  const check = useCheck(draft, () => mayEdit.value && !found.value.length && unreadable.value === undefined);
  const said = useSaid();
  const faults = computed<Fault[]>(() =>
    found.value.length
      ? found.value.map((slip) => ({ pointer: slip.pointer, problem: said.wrong(slip) }))
      : (check.problems.value ?? []).map(({ pointer, problem }) => ({
          pointer,
          problem: problem[said.language.value],
        })),
  );
  const set = (pointer: string, value: Json | undefined) =>
    void (draft.text = textOf(put(document.value, pointer, value)));
  return { ...kept, unreadable, document, check, faults, set };
}

/** The rules that a text says; none where it cannot be read. */
export function read(parsed: ReturnType<typeof parse>): Document {
  return "document" in parsed && isDocument(parsed.document) ? parsed.document : {};
}

/** What the service says of the text, once nobody has changed it for a moment. */
function useCheck(draft: { text: string; note: string }, isFit: () => boolean) {
  const { api } = useContext();
  const settled = ref(draft.text);
  let timer: number | undefined;
  watch(
    () => draft.text,
    (text) => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => (settled.value = text), CHECK_AFTER_MS);
    },
  );
  onScopeDispose(() => window.clearTimeout(timer));
  const query = useQuery({
    queryKey: computed(() => ["model-check", settled.value]),
    queryFn: async () => {
      const said = parse(settled.value);
      if ("problem" in said) return { problems: [], valid: false };
      return data(api.credit.POST("/v1/models/validate", { body: { document: said.document, note: draft.note } }));
    },
    // A text that was changed meanwhile may be one that does not even fit the schema.
    enabled: computed(() => isFit() && settled.value === draft.text),
    // Until the next answer, what was wrong is wrong.
    placeholderData: (before) => before,
    staleTime: Infinity,
  });
  const isPending = computed(() => !query.data.value || query.isPlaceholderData.value || settled.value !== draft.text);
  return {
    error: query.error,
    again: () => void query.refetch(),
    isPending,
    problems: computed(() => (isFit() ? query.data.value?.problems : undefined)),
  };
}
