// The service worker's part for notices, started by /sw.js with what it needs in self.TRAPPAN: it shows and opens them.
"use strict";

const facts = self.TRAPPAN;
const MEMORY = "trappan-push";

const remembered = async () => {
  try {
    const kept = await (await caches.open(MEMORY)).match("/push");
    return kept ? await kept.json() : {};
  } catch {
    return {};
  }
};

const remember = async (language, subscription) => {
  const memory = await caches.open(MEMORY);
  await memory.put("/push", new Response(JSON.stringify({ language, subscription })));
};

const read = (event) => {
  try {
    const sent = event.data.json();
    return typeof sent === "object" && sent && typeof sent.title === "string" && sent.title ? sent : {};
  } catch {
    return {};
  }
};

// An address on this site, whatever was sent.
const onSite = (address) => {
  try {
    const found = new URL(address || facts.home, self.location.origin);
    return found.origin === self.location.origin ? found.href : new URL(facts.home, self.location.origin).href;
  } catch {
    return new URL(facts.home, self.location.origin).href;
  }
};

const language = async (sent) => {
  const wanted = [sent.lang, (await remembered()).language, ...(navigator.languages || [])];
  return wanted.map((tag) => String(tag || "").split("-")[0]).find((tag) => tag in facts.neutral) || "sv";
};

// Something is always shown, or the browser would show a line of its own; what cannot be read, or whose time has
// passed, says as little as every other.
const show = async (event) => {
  const sent = read(event);
  const lang = await language(sent);
  const isOver = typeof sent.until === "number" && sent.until * 1000 < Date.now();
  const { title, body } = sent.title && !isOver ? sent : facts.neutral[lang];
  await self.registration.showNotification(title, {
    body: typeof body === "string" ? body : "",
    lang,
    dir: facts.rightToLeft.includes(lang) ? "rtl" : "ltr",
    tag: typeof sent.tag === "string" && sent.tag ? sent.tag : "trappan",
    renotify: true,
    requireInteraction: sent.insist === true && !isOver,
    icon: facts.icon,
    badge: facts.badge,
    data: { url: onSite(sent.url) },
  });
};

const open = async (address) => {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find((client) => client.url.split("#")[0] === address);
  // Another page of ours is left as it is: somebody may be writing there.
  return there ? there.focus() : self.clients.openWindow(address);
};

const bytes = (text) => Uint8Array.from(
  atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));

// The browser has dropped its address: get a new one, and prove with the old secret that it is the same device.
const renew = async (event) => {
  const kept = await remembered();
  const old = event.oldSubscription ? event.oldSubscription.toJSON() : kept.subscription;
  if (!old || !old.keys) return;
  const fresh = event.newSubscription || await self.registration.pushManager.subscribe(
    { userVisibleOnly: true, applicationServerKey: bytes(facts.key) });
  const { endpoint, keys } = fresh.toJSON();
  const body = new URLSearchParams({ endpoint, ...keys, old: old.endpoint, old_auth: old.keys.auth });
  const answer = await fetch(facts.renew, { method: "POST", body, credentials: "omit" });
  if (answer.ok) await remember(kept.language, fresh.toJSON());
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("push", (event) => event.waitUntil(show(event)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(onSite(event.notification.data && event.notification.data.url)));
});
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));
