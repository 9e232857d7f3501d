// What somebody types into a search, taken over once they pause: a list is not asked for at every letter.
import { onScopeDispose, ref, type Ref, watch } from "vue";

const PAUSE_MS = 300;

/** For a field; `settled` is what is searched for, such as a part of the address. */
export function useTyped(settled: Ref<string>): Ref<string> {
  const typed = ref(settled.value);
  let taken = settled.value;
  let pause: ReturnType<typeof setTimeout> | undefined;
  watch(typed, (text) => {
    clearTimeout(pause);
    pause = setTimeout(() => {
      taken = text.trim();
      if (settled.value !== taken) settled.value = taken;
    }, PAUSE_MS);
  });
  // The way back changes it too. What was taken from the field arrives late, when more may have been typed.
  watch(settled, (text) => {
    if (text === taken) return;
    clearTimeout(pause);
    typed.value = taken = text;
  });
  onScopeDispose(() => clearTimeout(pause));
  return typed;
}
