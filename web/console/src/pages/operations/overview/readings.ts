// What the instances of the services said of themselves. Of several instances one answers at a time, so what each said
// is kept for a while: their rows stand still however they take turns.
import { useQuery } from "@tanstack/vue-query";
import { computed, shallowRef, watch } from "vue";

import { useContext } from "../../../shell/context";
import { messages, type Operations, type Service, SERVICES } from "../services";

/** What one instance said, and when. */
export interface Reading {
  service: Service;
  said: Operations;
  at: number;
  /** How often others of its service answered since. */
  passed: number;
}

const EVERY_MS = 5_000;
/** An instance that said nothing for so long, while another of its service did, is gone. */
export const GONE_MS = 60_000;
/** One that has let so many of its turns pass is perhaps gone already: it is not taken for well. */
const TURNS_PASSED = 2;

/** What is known after an instance of the service answered at `at`; by instance. An SQLite file is one instance's: another
 *  one that answers has taken its place. */
export function remembered(
  before: ReadonlyMap<string, Reading>,
  service: Service,
  said: Operations,
  at: number,
): Map<string, Reading> {
  const isGone = (one: Reading) => said.database.kind === "sqlite" || at - one.at >= GONE_MS;
  const kept = [...before].flatMap(([instance, one]): [string, Reading][] => {
    if (one.service !== service) return [[instance, one]];
    return isGone(one) ? [] : [[instance, { ...one, passed: one.passed + 1 }]];
  });
  return new Map(kept).set(said.instance, { service, said, at, passed: 0 });
}

/** For how long an instance was not seen, until another of its service answered last; null while it takes its turns. */
export function unseenMs({ service, at, passed }: Reading, readings: readonly Reading[]): number | null {
  const own = readings.filter((one) => one.service === service);
  return passed < TURNS_PASSED * own.length ? null : Math.max(...own.map((one) => one.at)) - at;
}

/** By service, and within it by the age of the instance: the order never changes while they answer in turns. */
export function ordered(known: ReadonlyMap<string, Reading>): Reading[] {
  return [...known.values()].sort(
    (one, other) =>
      SERVICES.indexOf(one.service) - SERVICES.indexOf(other.service) ||
      one.said.since.localeCompare(other.said.since) ||
      one.said.instance.localeCompare(other.said.instance),
  );
}

/** Asks all four every few seconds, each on its own: one that is away hides none of the others. */
export function useReadings() {
  const { api } = useContext();
  const known = shallowRef<ReadonlyMap<string, Reading>>(new Map());
  const asked = SERVICES.map((service) => {
    const query = useQuery({
      queryKey: ["operations", service],
      queryFn: () => messages(api, service).operations(),
      refetchInterval: EVERY_MS,
      // Asked again soon anyhow: a service that is away is shown as such at once.
      retry: false,
    });
    watch(
      query.dataUpdatedAt,
      (at) => {
        if (query.data.value) known.value = remembered(known.value, service, query.data.value, at);
      },
      { immediate: true },
    );
    return { service, query };
  });
  return {
    readings: computed(() => ordered(known.value)),
    /** The services that gave no answer when they were last asked. */
    away: computed(() => asked.filter(({ query }) => query.error.value).map(({ service }) => service)),
    /** Why nothing can be shown: none answered. */
    error: computed(() =>
      known.value.size === 0 ? (asked.find(({ query }) => query.error.value)?.query.error.value ?? null) : null,
    ),
    again: () => void Promise.all(asked.map(({ query }) => query.refetch())),
  };
}
