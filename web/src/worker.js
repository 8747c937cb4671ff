/* Keeps the bundled files, the page that says that there is no connection, and pages that asked to be kept. Nothing personal. */
const KEPT = "openzhima-1";
const OFFLINE = new URL("offline/", self.registration.scope).href;

self.addEventListener("install", (event) => {
  event.waitUntil(keepOfflinePage().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  const forget = async () => {
    for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(forget());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(async () => (await caches.match(request.url)) ?? caches.match(OFFLINE)));
  } else if (new URL(request.url).pathname.startsWith("/static/built/")) {
    event.respondWith(fromKept(request));
  }
});

async function keepOfflinePage() {
  const kept = await caches.open(KEPT);
  const page = await fetch(OFFLINE, { credentials: "omit" });
  const text = await page.clone().text();
  await kept.put(OFFLINE, page);
  const parts = [...text.matchAll(/(?:href|src)="(\/static\/[^"#]+)/g)].map(([, path]) => path);
  await kept.addAll([...new Set(parts)]);
}

/** Bundled files carry their content's hash in their name, so that a kept one is never old. */
async function fromKept(request) {
  const found = await caches.match(request);
  if (found) return found;
  const fresh = await fetch(request);
  if (fresh.ok) (await caches.open(KEPT)).put(request, fresh.clone());
  return fresh;
}
