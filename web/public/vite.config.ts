import { fileURLToPath } from "node:url";

import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

import { keepForOffline } from "./build/offline";

// For `vite dev`: a platform that runs beside it.
const platform = process.env.PLATFORM ?? "http://127.0.0.1:8189";
const behind = ["/intake", "/dispatch", "/feedback", "/credit", "/problems"];

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  base: "/",
  resolve: { alias: { "@kit": here("../kit/src") } },
  plugins: [vue(), keepForOffline()],
  server: { host: "127.0.0.1", proxy: Object.fromEntries(behind.map((path) => [path, platform])) },
  preview: { host: "127.0.0.1", proxy: Object.fromEntries(behind.map((path) => [path, platform])) },
  build: {
    target: "es2022",
    sourcemap: true,
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    rollupOptions: {
      input: { main: here("index.html"), worker: here("src/worker/worker.ts") },
      // A service worker rules the folder that it lies in, and keeps its name.
      output: { entryFileNames: (chunk) => (chunk.name === "worker" ? "worker.js" : "assets/[name]-[hash].js") },
    },
  },
});
