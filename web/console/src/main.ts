import "@kit/theme/tokens.css";
import "@kit/theme/base.css";
import "@kit/theme/opening.css";
import "./shell/element.css";

import { openApi } from "@kit/api/client";
import { ZONE } from "@kit/format";
import { Session } from "@kit/session/session";
import { settingsOf } from "@kit/settings";
import { useTheme } from "@kit/theme/theme";
import { createWords } from "@kit/words";
import { VueQueryPlugin } from "@tanstack/vue-query";
import { createPinia } from "pinia";
import { createApp } from "vue";

import App from "./shell/App.vue";
import { openNames } from "./shell/colleagues";
import { CONTEXT } from "./shell/context";
import { queries } from "./shell/queries";
import { openRouter } from "./shell/router";
import { areSettings } from "./shell/settings";
import UnopenedPage from "./shell/UnopenedPage.vue";

/** Where the console lies, with a slash at its end. */
const base = import.meta.env.BASE_URL;

async function start(): Promise<void> {
  const pinia = createPinia();
  // Before anything is shown.
  useTheme(pinia);
  const address = `${base}settings.json`;
  const settings = await settingsOf(address, areSettings);
  if (!settings) {
    createApp(UnopenedPage, { address }).use(createWords()).mount("#app");
    return;
  }
  const session = new Session(settings.session, new URL(base, window.location.href).href);
  await session.resume();
  const { city } = settings;
  const api = openApi(
    "/",
    () => session.token(),
    () => void session.end(),
  );
  const router = openRouter(base, session);
  const app = createApp(App)
    .provide(CONTEXT, { api, session, nameOf: openNames(api, city), city })
    .provide(ZONE, settings.zone)
    .use(pinia)
    .use(createWords())
    .use(VueQueryPlugin, { queryClient: queries })
    .use(router);
  // Until the first page is there, or the issuer has had its time, what the document says stays.
  await router.isReady().catch(() => undefined);
  app.mount("#app");
}

void start();
