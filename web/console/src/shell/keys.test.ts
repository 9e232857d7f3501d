// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { effectScope } from "vue";

import { onKey, useKeys } from "./keys";

const send = vi.fn();
const next = vi.fn();
const scope = effectScope();
const words = { zh: "键", en: "Key" };

beforeEach(() => {
  vi.clearAllMocks();
  window.addEventListener("keydown", onKey);
  document.body.innerHTML = '<input id="field"><div role="dialog"><button id="within">x</button></div>';
  scope.run(() => useKeys({ key: "Enter", ctrl: true, words, does: send }, { key: "n", words, does: next }));
});
afterEach(() => window.removeEventListener("keydown", onKey));

function press(on: string, key: string, ctrlKey = false): void {
  document.querySelector(on)?.dispatchEvent(new KeyboardEvent("keydown", { key, ctrlKey, bubbles: true }));
}

it("sends by Ctrl and Enter from a field, and while nothing has the focus", () => {
  press("#field", "Enter", true);
  press("body", "Enter", true);
  expect(send).toHaveBeenCalledTimes(2);
});

it("leaves Enter alone to whoever types, and all keys to a dialog", () => {
  press("#field", "Enter");
  press("body", "Enter");
  press("#within", "Enter", true);
  expect(send).not.toHaveBeenCalled();
});

it("takes a plain key only while nobody types and nothing is held", () => {
  press("#field", "n");
  press("body", "n", true);
  expect(next).not.toHaveBeenCalled();
  press("body", "n");
  expect(next).toHaveBeenCalledOnce();
});
