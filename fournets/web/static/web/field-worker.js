// Answers for the phone pages without network: the shell, which names nobody. Everything else goes to the register.
// SHELL stands before this: version, files, the shell in each language, the page.
"use strict";
const NAME = `fournets-field-${SHELL.version}`;
const LANG = "/field/?remembered";

self.addEventListener("install", event => {
  event.waitUntil((async () => {
    const cache = await caches.open(NAME);
    await Promise.all([...SHELL.files, ...Object.values(SHELL.shells)].map(async address => {
      const answer = await fetch(address, { cache: "no-store", credentials: "same-origin" });
      if (!answer.ok || answer.redirected) throw new Error(`not kept: ${address}`);
      await cache.put(address, answer);
    }));
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", event => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) {
      if (name.startsWith("fournets-field-") && name !== NAME) await caches.delete(name);
    }
    await self.clients.claim();
  })());
});

self.addEventListener("message", event => {
  if (event.data && SHELL.shells[event.data.lang]) event.waitUntil(remember(event.data.lang));
});

self.addEventListener("fetch", event => {
  const address = new URL(event.request.url);
  if (event.request.method !== "GET" || address.origin !== location.origin) return;
  if (event.request.mode === "navigate" && address.pathname === SHELL.page) event.respondWith(shell(event, address));
  else if (SHELL.files.includes(address.pathname)) event.respondWith(kept(address.pathname, event.request));
});

// In the language asked for, else in the one used last. The address is asked for as well, for the cookie of the language.
async function shell(event, address) {
  const asked = address.searchParams.get("lang");
  if (asked) {
    event.waitUntil(fetch(event.request.url, { credentials: "same-origin" }).catch(() => null));
    if (SHELL.shells[asked]) await remember(asked);
  }
  const lang = SHELL.shells[asked] ? asked : await remembered();
  return kept(SHELL.shells[lang] || SHELL.shells.zh, event.request);
}
// Answers vary by cookie and language, and the cache would find none of them offline.
async function kept(address, request) {
  const cache = await caches.open(NAME);
  return (await cache.match(address, { ignoreVary: true })) || fetch(request);
}
async function remember(lang) { await (await caches.open(NAME)).put(LANG, new Response(lang)); }
async function remembered() {
  for (const name of await caches.keys()) {
    const found = await (await caches.open(name)).match(LANG, { ignoreVary: true });
    if (found) return found.text();
  }
  return "zh";
}
