// What a page shows stands in its address: it can be sent to somebody, and the way back goes through it.
import { computed, type MaybeRefOrGetter, toValue, type WritableComputedRef } from "vue";
import { useRoute, useRouter } from "vue-router";

/** A part of the path, such as the id in `/merchants/:id`. */
export function useParam(name: string): string {
  const value = useRoute().params[name];
  return (Array.isArray(value) ? value[0] : value) ?? "";
}

/** A part of the query; setting it to nothing takes it away. */
export function useQueryText(name: string): WritableComputedRef<string> {
  const route = useRoute();
  const router = useRouter();
  return computed({
    get: () => {
      const value = route.query[name];
      return typeof value === "string" ? value : "";
    },
    set: (value) => void router.replace({ query: { ...route.query, [name]: value || undefined } }),
  });
}

/** The same, one of the values that are known; an address that says another one says nothing. */
export function useQueryChoice<Value extends string>(name: string, values: MaybeRefOrGetter<readonly Value[]>) {
  const text = useQueryText(name);
  return computed<Value | undefined>({
    get: () => toValue(values).find((value) => value === text.value),
    set: (value) => (text.value = value ?? ""),
  });
}
