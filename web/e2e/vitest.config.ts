import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

const NEED_DAYS = "stories/days/*.e2e.ts";

// One file after the other: two cores are shared with the platform and the browser.
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  resolve: { alias: { "@kit": fileURLToPath(new URL("../kit/src", import.meta.url)) } },
  test: {
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ["verbose"],
    projects: [
      // They look at one platform, and leave it as it is.
      {
        extends: true,
        test: { name: "looks", include: ["**/*.e2e.ts"], exclude: [NEED_DAYS], globalSetup: ["harness/platform.ts"] },
      },
      // Each lives through days on a platform of its own.
      { extends: true, test: { name: "days", include: [NEED_DAYS] } },
    ],
  },
});
