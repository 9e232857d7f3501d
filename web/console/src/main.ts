import "@kit/theme/tokens.css";
import "@kit/theme/base.css";
import "./shell/element.css";

import { openApi } from "@kit/api/client";
import { ZONE } from "@kit/format";
import { Session, type SessionSettings } from "@kit/session/session";
import { createWords } from "@kit/words";
import { VueQueryPlugin } from "@tanstack/vue-query";
import { createApp } from "vue";

import App from "./shell/App.vue";
import { openNames } from "./shell/colleagues";
import { CONTEXT } from "./shell/context";
import { queries } from "./shell/queries";
import { openRouter } from "./shell/router";
import { applyTheme } from "./shell/theme";

interface Settings {
  session: SessionSettings;
  city: number;
  zone: string;
}

/** Where the console lies, with a slash at its end. */
const base = import.meta.env.BASE_URL;

async function start(): Promise<void> {
  applyTheme();
  const settings: Settings = await (await fetch(`${base}settings.json`)).json();
  const session = new Session(settings.session, new URL(base, window.location.href).href);
  await session.resume();
  const { city } = settings;
  const api = openApi(
    "/",
    () => session.token(),
    () => void session.end(),
  );
  createApp(App)
    .provide(CONTEXT, { api, session, nameOf: openNames(api, city), city })
    .provide(ZONE, settings.zone)
    .use(createWords())
    .use(VueQueryPlugin, { queryClient: queries })
    .use(openRouter(base, session))
    .mount("#app");
}

void start();
