import "@kit/theme/tokens.css";
import "@kit/theme/base.css";
import "@kit/theme/opening.css";
import "./shell/public.css";

import { openApi } from "@kit/api/client";
import { ZONE } from "@kit/format";
import { queries } from "@kit/queries";
import { settingsOf } from "@kit/settings";
import { FOR_CITIZENS } from "@kit/states/citizens";
import { useTheme } from "@kit/theme/theme";
import { createWords } from "@kit/words";
import { VueQueryPlugin } from "@tanstack/vue-query";
import { createPinia } from "pinia";
import { createApp } from "vue";

import App from "./shell/App.vue";
import { CONTEXT } from "./shell/context";
import { keepTrust } from "./shell/keeping";
import { openRouter } from "./shell/router";
import { areSettings } from "./shell/settings";
import { useSize } from "./shell/size";
import UnopenedPage from "./shell/UnopenedPage.vue";

/** What everybody sees is kept by the services for a minute: asking more often brings nothing. */
const FRESH_MS = 60_000;

async function start(): Promise<void> {
  const pinia = createPinia();
  // Before anything is shown.
  useTheme(pinia);
  useSize(pinia);
  const settings = await settingsOf("/settings.json", areSettings);
  if (!settings) {
    createApp(UnopenedPage).use(createWords()).mount("#app");
    return;
  }
  queries.setDefaultOptions({ queries: { ...queries.getDefaultOptions().queries, staleTime: FRESH_MS } });
  const api = openApi("/", () => Promise.resolve(null));
  createApp(App)
    .provide(CONTEXT, { api, settings })
    .provide(ZONE, settings.zone)
    .provide(FOR_CITIZENS, true)
    .use(pinia)
    .use(createWords())
    .use(VueQueryPlugin, { queryClient: queries })
    .use(openRouter())
    .mount("#app");
  keepTrust(api, settings.city);
  // Without one the pages work as well, only not without a connection.
  if (import.meta.env.PROD) await navigator.serviceWorker?.register("/worker.js");
}

void start();
