// A component of the console on its own, for tests: with words, queries and a session, and with parts of Element Plus
// that only show what is in them.
import { createWords } from "@kit/words";
import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import { createPinia } from "pinia";
import { type App, type Component, createApp, type FunctionalComponent, h } from "vue";

import { CONTEXT, type Context } from "./context";

const PARTS = {
  ElButton: "button",
  ElCheckbox: "label",
  ElInput: "textarea",
  ElInputNumber: "span",
  ElOption: "span",
  ElSelect: "span",
};
const part =
  (tag: string): FunctionalComponent =>
  (_, { slots }) =>
    h(tag, slots.default?.());
const dialog: FunctionalComponent<{ modelValue: boolean }> = ({ modelValue }, { slots }) =>
  modelValue ? h("dialog", slots.default?.()) : null;
const link: FunctionalComponent<{ to: string }> = ({ to }, { slots }) => h("a", { href: to }, slots.default?.());

/** `credit` is what the service answers, `session` what is asked of one beside the account. */
export function mounted(
  component: Component,
  props: Record<string, unknown>,
  { account, credit, session }: { account: string; credit: object; session?: object },
): { place: HTMLElement; app: App } {
  const context = {
    api: { credit },
    session: { current: { value: { profile: { sub: account } } }, ...session },
    city: 330200,
  } as unknown as Context;
  const app = createApp(component, props)
    .use(createPinia())
    .use(createWords("zh"))
    .use(VueQueryPlugin, { queryClient: new QueryClient() })
    .provide(CONTEXT, context)
    .component("ElDialog", dialog)
    .component("RouterLink", link);
  for (const [name, tag] of Object.entries(PARTS)) app.component(name, part(tag));
  const place = document.createElement("div");
  app.mount(place);
  return { place, app };
}
