// Keeps the page a phone shows without a network, for the sign-in this page belongs to. Signing out ends it: here, in
// the service worker, and on the next page that belongs to nobody (app.js).
(() => {
  "use strict";

  const KEPT = "trappan-offline";
  const AGAIN_AFTER = 5 * 60 * 1000;
  const { reader, worker, page } = document.currentScript.dataset;
  if (!("serviceWorker" in navigator) || !window.caches || !window.isSecureContext) return;

  let isLeaving = false;
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-sign-out]")) return;
    isLeaving = true;
    caches.delete(KEPT).catch(() => {});
  });

  const isFresh = (copy) => copy && copy.headers.get("trappan-reader") === reader
    && copy.headers.get("content-language") === document.documentElement.lang
    && Date.now() - Date.parse(copy.headers.get("date")) < AGAIN_AFTER;

  const keep = async () => {
    await navigator.serviceWorker.register(worker, { scope: "/" });
    const kept = await caches.open(KEPT);
    const known = await kept.match(page, { ignoreVary: true });
    if (isFresh(known)) return;
    if (known && known.headers.get("trappan-reader") !== reader) await kept.delete(page, { ignoreVary: true });
    const copy = await fetch(page);
    if (isLeaving || !copy.ok || copy.headers.get("trappan-reader") !== reader) return;
    await kept.put(page, copy);
    if (isLeaving) await caches.delete(KEPT);
  };

  keep().catch(() => {});
})();
