// Tells the service worker which files were built, so that it can keep them.
import { createHash } from "node:crypto";

import type { Plugin } from "vite";

/** Stands in the worker's source where the list goes. */
const PLACE = '"the files that were built"';
/** What no page asks for. */
const LEFT_OUT = /\.map$|^worker\.js$/;

export function keepForOffline(): Plugin {
  return {
    name: "keep-for-offline",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const worker = bundle["worker.js"];
      if (worker?.type !== "chunk") throw new Error("there is no service worker among what was built");
      const files = Object.keys(bundle).filter((name) => !LEFT_OUT.test(name));
      const contents = files.map((name) => {
        const file = bundle[name];
        return file?.type === "chunk" ? file.code : (file?.source ?? "");
      });
      const version = contents.reduce((hash, content) => hash.update(content), createHash("sha256")).digest("hex");
      const paths = ["/", "/mark.svg", ...files.filter((name) => name !== "index.html").map((name) => `/${name}`)];
      const built = JSON.stringify({ version: version.slice(0, 16), paths: paths.sort() });
      const code = worker.code.replace(/(["'`])the files that were built\1/, built);
      if (code === worker.code) throw new Error(`the service worker does not say ${PLACE}`);
      worker.code = code;
    },
  };
}
