// What is still on its way. The page says so by `aria-busy`, to whoever reads it by ear and to whoever takes its picture.
import { useIsFetching } from "@tanstack/vue-query";
import { type AsyncComponentLoader, type Component, computed, type ComputedRef, defineAsyncComponent } from "vue";

import WaitingBars from "./WaitingBars.vue";

/** Whether something is asked for that was never there before; what is asked for anew stays in sight meanwhile. */
export function useIsLoading(): ComputedRef<boolean> {
  const asked = useIsFetching({ predicate: (query) => query.state.data === undefined });
  return computed(() => asked.value > 0);
}

/** A part of a page in a chunk of its own. */
export function later<Part extends Component>(loader: AsyncComponentLoader<Part>): Part {
  return defineAsyncComponent({ loader, loadingComponent: WaitingBars, delay: 0 });
}
