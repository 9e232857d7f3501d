// Keeps the pages on the device: they open without a connection, and what was built belongs together. Answers of the
// services are not kept here, but for the catalogue and the settings, without which no page says its words.
import { freshOrKept } from "./fresh";

interface Built {
  version: string;
  paths: string[];
}

declare const self: ServiceWorkerGlobalScope;

// The build puts the list here.
const built = "the files that were built" as unknown as Built;
const KEPT = `81890.pages.${built.version}`;
/** Asked for first, and answered from here when nobody answers, or who answers fails. */
const FRESH_FIRST = ["/settings.json", "/credit/v1/catalogue"];
/** Not ours: other pages, and what the services answer. */
const OTHERS = /^\/(?:console|credit|dispatch|feedback|intake|issuer|problems)(?:\/|$)/;

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOld().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (FRESH_FIRST.includes(url.pathname)) event.respondWith(freshFirst(request));
  else if (OTHERS.test(url.pathname)) return;
  else if (request.mode === "navigate") event.respondWith(page(request));
  else if (built.paths.includes(url.pathname)) event.respondWith(keptFirst(request));
});

async function keepAll(): Promise<void> {
  const cache = await caches.open(KEPT);
  // Who does not ask for a page is answered as a program is.
  const headers = (path: string) => (path === "/" ? { accept: "text/html" } : undefined);
  const all = [...built.paths, ...FRESH_FIRST];
  await cache.addAll(all.map((path) => new Request(path, { cache: "reload", headers: headers(path) })));
}

async function forgetOld(): Promise<void> {
  const names = await caches.keys();
  await Promise.all(
    names.filter((name) => name.startsWith("81890.") && name !== KEPT).map((old) => caches.delete(old)),
  );
}

async function freshFirst(request: Request): Promise<Response> {
  const cache = await caches.open(KEPT);
  return freshOrKept(
    async () => {
      const answer = await fetch(request);
      if (answer.ok) await cache.put(request, answer.clone());
      return answer;
    },
    () => cache.match(request, { ignoreSearch: true, ignoreVary: true }),
  );
}

/** All addresses are one document. */
function page(request: Request): Promise<Response> {
  return freshOrKept(
    () => fetch(request),
    () => caches.match("/", { ignoreVary: true }),
  );
}

async function keptFirst(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}
