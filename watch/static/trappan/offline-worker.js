// The service worker's part without a network: one page instead of the one asked for. For whoever is signed in that is
// the copy offline.js keeps, for a week; for others it holds the emergency numbers only. No other page is ever kept.
"use strict";

{
  const { offline, offlineStyle, signOut } = self.TRAPPAN;
  const PERSONAL = "trappan-offline";
  const ANYONES = "trappan-anyone";
  const WEEK = 7 * 24 * 3600 * 1000;

  const prepare = async () => {
    const kept = await caches.open(ANYONES);
    const page = await fetch(offline, { credentials: "omit" });
    if (page.ok) await kept.put(offline, page);
    await kept.add(offlineStyle);
  };

  const instead = async () => {
    const own = await (await caches.open(PERSONAL)).match(offline, { ignoreVary: true });
    const isFresh = own && Date.now() - Date.parse(own.headers.get("date")) < WEEK;
    return (isFresh ? own : await (await caches.open(ANYONES)).match(offline, { ignoreVary: true })) || Response.error();
  };

  const style = async (request) => {
    try {
      return await fetch(request);
    } catch {
      return (await (await caches.open(ANYONES)).match(offlineStyle, { ignoreVary: true })) || Response.error();
    }
  };

  // A page that cannot be had now must not hinder notices, so the worker is installed all the same.
  self.addEventListener("install", (event) => event.waitUntil(prepare().catch(() => {})));
  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const { pathname } = new URL(request.url);
    if (request.mode === "navigate" && request.method === "GET") {
      event.respondWith(fetch(request).catch(instead));
    } else if (request.mode === "navigate" && pathname === signOut) {
      event.waitUntil(caches.delete(PERSONAL));
    } else if (pathname === offlineStyle) {
      event.respondWith(style(request));
    }
  });
}
