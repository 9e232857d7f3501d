// @vitest-environment happy-dom
import { expect, it, vi } from "vitest";
import { effectScope, shallowRef } from "vue";

import { stoppedBy } from "../api/problem";
import { useStanding } from "./standing";

it("says once that the service cannot be reached, by the first part of the page, whose retry asks for all", () => {
  const page = document.createElement("main");
  const parts = [0, 1, 2].map(() => page.appendChild(document.createElement("div")));
  const errors = parts.map(() => shallowRef<unknown>(new TypeError("nobody answers")));
  const retries = parts.map(() => vi.fn());
  const scope = effectScope();
  const notes = scope.run(() =>
    // The last one fails first.
    [2, 1, 0].map((at) =>
      useStanding(
        () => errors[at]?.value,
        shallowRef(parts[at] ?? null),
        () => retries[at]?.(),
      ),
    ),
  );
  const repeated = () => notes?.map(({ isRepeated }) => isRepeated.value);
  expect(repeated()).toEqual([true, true, false]);
  notes?.[2]?.retryAll();
  expect(retries.map((retry) => retry.mock.calls.length)).toEqual([1, 1, 1]);
  // What somebody just did is said where they did it.
  const did = errors[2];
  if (did) did.value = stoppedBy(new TypeError("nobody answers"));
  scope.stop();
  expect(repeated()?.[0]).toBe(false);
});
