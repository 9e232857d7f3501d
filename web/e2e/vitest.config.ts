import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

// One platform for all files, one file after the other: two cores are shared with it and the browser.
export default defineConfig({
  root: fileURLToPath(new URL(".", import.meta.url)),
  resolve: { alias: { "@kit": fileURLToPath(new URL("../kit/src", import.meta.url)) } },
  test: {
    include: ["**/*.e2e.ts"],
    globalSetup: ["harness/platform.ts"],
    fileParallelism: false,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ["verbose"],
  },
});
