import { fileURLToPath } from "node:url";

import vue from "@vitejs/plugin-vue";
import Components from "unplugin-vue-components/vite";
import { ElementPlusResolver } from "unplugin-vue-components/resolvers";
import { defineConfig } from "vite";

// For `vite dev`: a platform that runs beside it.
const platform = process.env.PLATFORM ?? "http://127.0.0.1:8189";
const behind = ["/intake", "/dispatch", "/feedback", "/credit", "/issuer", "/problems"];

export default defineConfig({
  base: "/console/",
  resolve: { alias: { "@kit": fileURLToPath(new URL("../kit/src", import.meta.url)) } },
  plugins: [vue(), Components({ dts: false, dirs: [], resolvers: [ElementPlusResolver()] })],
  server: {
    host: "127.0.0.1",
    // The issuer is to see by which address it was asked: people come back to that one.
    proxy: Object.fromEntries(behind.map((path) => [path, { target: platform, changeOrigin: false }])),
  },
  build: { target: "es2022", sourcemap: true, assetsInlineLimit: 0, reportCompressedSize: false },
});
