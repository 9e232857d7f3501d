// Which required fields of a form are not filled in yet, so that its button never stands there dead without a word. A field
// says it of itself; the dialog around it tells them by name.
import { inject, type InjectionKey, onUnmounted, reactive, watchEffect } from "vue";

interface Required {
  label: string;
  lacks: boolean;
}
type Fields = Map<string, Required>;
export const LACKING: InjectionKey<Fields> = Symbol("lacking");

export function lackingFields(): Fields {
  return reactive(new Map());
}

/** The names of those that lack, in the order of the form. */
export function lackingOf(fields: Fields): string[] {
  return [...fields.values()].filter(({ lacks }) => lacks).map(({ label }) => label);
}

/** A field with this id, where it is required. */
export function useLacking(id: string, field: () => Required | undefined): void {
  const fields = inject(LACKING, undefined);
  if (!fields) return;
  watchEffect(() => {
    const now = field();
    if (now) fields.set(id, now);
    else fields.delete(id);
  });
  onUnmounted(() => fields.delete(id));
}
