// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it } from "vitest";
import { type EffectScope, effectScope } from "vue";

import { onKey } from "./keys";
import { useColumnKeys, useRowKeys } from "./rows";

let scope: EffectScope;

beforeEach(() => {
  window.addEventListener("keydown", onKey);
  scope = effectScope();
  scope.run(useRowKeys);
  scope.run(useColumnKeys);
});
afterEach(() => {
  window.removeEventListener("keydown", onKey);
  scope.stop();
});

function walked(...keys: string[]): (string | undefined)[] {
  return keys.map((key) => {
    const on = document.activeElement ?? document.body;
    on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true }));
    return document.activeElement?.id;
  });
}

it("moves through the rows and stays at the last", () => {
  document.body.innerHTML = `<main id="content"><a id="one" href="#" data-row></a><a id="two" href="#" data-row></a></main>`;
  expect(walked("j", "j", "j", "k")).toEqual(["one", "two", "two", "one"]);
});

it("moves through what picks a row, where one of them is to be picked", () => {
  const row = (id: string) =>
    `<li data-row tabindex="-1"><a href="#"></a><input type="radio" name="pick" id="${id}"></li>`;
  document.body.innerHTML = `<ol id="content">${row("one")}${row("two")}</ol>`;
  expect(walked("j", "j", "k")).toEqual(["one", "two", "one"]);
});

it("moves between columns that have rows, and stays at the outer ones", () => {
  const column = (...ids: string[]) =>
    `<section>${ids.map((id) => `<a id="${id}" href="#" data-row></a>`).join("")}</section>`;
  document.body.innerHTML = `<main id="content">${column("one", "two")}${column()}${column("three")}</main>`;
  expect(walked("l", "j", "h", "j", "l", "h", "h")).toEqual(["one", "two", "one", "two", "three", "one", "one"]);
});
