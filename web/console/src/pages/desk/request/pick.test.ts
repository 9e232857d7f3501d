import { expect, it } from "vitest";
import { shallowRef } from "vue";

import { usePick } from "./pick";

const orderOf = (...merchants: string[]) => ({ candidates: merchants.map((merchant) => ({ merchant })) });

it("is the first of the order until somebody picks, whoever that is", () => {
  const order = shallowRef(orderOf("a", "b"));
  const { chosen, isOverride, isGone } = usePick(order, null);
  expect([chosen.value, isOverride.value, isGone.value]).toEqual(["a", false, false]);
  order.value = orderOf("b", "a");
  expect([chosen.value, isOverride.value]).toEqual(["b", false]);
});

it("stays who was picked when the order moves: as an override once another is first", () => {
  const order = shallowRef(orderOf("a", "b"));
  const { chosen, isOverride, pick } = usePick(order, null);
  pick("a");
  expect(isOverride.value).toBe(false);
  order.value = orderOf("b", "a");
  expect([chosen.value, isOverride.value]).toEqual(["a", true]);
});

it("never becomes another when who was picked leaves the order: one has to pick again", () => {
  const order = shallowRef(orderOf("a", "b", "c"));
  const { chosen, isGone, pick } = usePick(order, null);
  pick("c");
  order.value = orderOf("a", "b");
  expect([chosen.value, isGone.value]).toEqual(["c", true]);
  pick("a");
  expect([chosen.value, isGone.value]).toEqual(["a", false]);
});

it("begins with whom the citizen asked for, and tells of them too when they cannot be chosen", () => {
  const order = shallowRef<ReturnType<typeof orderOf>>();
  const { chosen, isGone } = usePick(order, "z");
  expect([chosen.value, isGone.value]).toEqual(["z", false]);
  order.value = orderOf("a");
  expect([chosen.value, isGone.value]).toEqual(["z", true]);
});
