// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type EffectScope, effectScope } from "vue";

import { inForce, onKey, useKeys } from "./keys";

const send = vi.fn();
const next = vi.fn();
let scope: EffectScope;
const words = { zh: "键", en: "Key" };

beforeEach(() => {
  vi.clearAllMocks();
  window.addEventListener("keydown", onKey);
  document.body.innerHTML =
    '<input id="field"><input id="pick" type="radio"><div role="dialog"><button id="within">x</button></div>';
  scope = effectScope();
  scope.run(() => useKeys({ key: "Enter", ctrl: true, words, does: send }, { key: "n", words, does: next }));
});
afterEach(() => {
  window.removeEventListener("keydown", onKey);
  scope.stop();
});

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

it("takes a plain key on what is picked or ticked: nobody types there", () => {
  press("#pick", "n");
  expect(next).toHaveBeenCalledOnce();
});

it("shows the keys that do something now: the page's own first, and of two for one key the later one", () => {
  const help = { key: "?", words, everywhere: true, does: vi.fn() };
  const again = { key: "n", words, does: vi.fn() };
  scope.run(() => useKeys(help, again));
  expect(inForce().map(({ does }) => does)).toEqual([send, again.does, help.does]);
});

it("takes the wide question mark of a Chinese keyboard for the other one", () => {
  const help = vi.fn();
  scope.run(() => useKeys({ key: "?", words, everywhere: true, does: help }));
  press("body", "？");
  expect(help).toHaveBeenCalledOnce();
});

it("leaves a field by Escape, so that the keys of the page work again", () => {
  const field = document.querySelector<HTMLInputElement>("#field");
  field?.focus();
  press("#field", "Escape");
  expect(document.activeElement).toBe(document.body);
});
