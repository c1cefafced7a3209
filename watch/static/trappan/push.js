// Notices on this device: the [data-push] part of a page, and signing out. Nothing here is needed to use the pages.
(() => {
  "use strict";

  const MEMORY = "trappan-push";
  const able = "serviceWorker" in navigator && "PushManager" in window && "Notification" in window && window.isSecureContext;
  const isApplePhone = /iPhone|iPad|iPod/.test(navigator.userAgent)
    || (navigator.userAgent.includes("Macintosh") && navigator.maxTouchPoints > 1);

  const bytes = (text) => Uint8Array.from(
    atob(text.replace(/-/g, "+").replace(/_/g, "/")), (character) => character.charCodeAt(0));
  const same = (buffer, array) => {
    const other = new Uint8Array(buffer || []);
    return other.length === array.length && other.every((byte, index) => byte === array[index]);
  };
  // The same digest as the server's: pages tell whose device this is without holding its address.
  const mark = async (subscription) => {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(subscription.endpoint));
    return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("").slice(0, 32);
  };

  // Without a way to its push service a browser asks on and on, and tells nobody.
  const PATIENCE = 20_000;
  const inTime = (promise) => Promise.race([
    promise, new Promise((_, fail) => { setTimeout(() => fail(new Error("too late")), PATIENCE); })]);

  const registered = () => navigator.serviceWorker.getRegistration("/");
  const subscribed = async () => (await registered())?.pushManager.getSubscription();

  // What the worker needs when the browser changes its address, or when it cannot read what it was sent.
  const remember = async (subscription, language) => {
    const memory = await caches.open(MEMORY);
    await memory.put("/push", new Response(JSON.stringify({ language, subscription: subscription.toJSON() })));
  };

  class Part {
    constructor(root) {
      this.root = root;
      this.form = root.querySelector("form");
      this.key = bytes(root.dataset.pushKey);
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.attempt(() => this.start());
      });
      root.querySelector("[data-push-do='stop']")?.addEventListener("click", () => this.attempt(() => this.stop()));
      document.addEventListener("htmx:afterSettle", () => this.changed().catch(() => {}));
    }

    show(state, words) {
      this.state = state;
      for (const part of this.root.querySelectorAll("[data-push-when]")) {
        part.hidden = !part.dataset.pushWhen.split(" ").includes(state);
      }
      if (words) this.root.querySelector("[data-push-when='said']").textContent = words;
      this.root.hidden = false;
    }

    async attempt(act) {
      this.isBusy = true;
      const buttons = this.root.querySelectorAll("button");
      const hadFocus = this.root.contains(document.activeElement);
      buttons.forEach((button) => { button.disabled = true; });
      try {
        await act();
      } catch {
        this.show(Notification.permission === "denied" ? "denied" : "failed");
      } finally {
        this.isBusy = false;
        buttons.forEach((button) => { button.disabled = false; });
        if (hadFocus) this.root.querySelector("button:not([hidden])")?.focus();
      }
    }

    async post(address, fields) {
      const body = new FormData(this.form);
      for (const [name, value] of Object.entries(fields)) body.set(name, value);
      const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" } });
      // Signed out meanwhile: the sign-in page is what comes next anyway.
      if (answer.redirected) location.reload();
      return { ok: answer.ok, ...(await answer.json()) };
    }

    async look() {
      if (!able) {
        this.show(isApplePhone && !navigator.standalone ? "install" : "unable");
        return;
      }
      const subscription = await subscribed();
      const mine = subscription && this.root.dataset.pushDevices.split(" ").includes(await mark(subscription));
      if (mine && same(subscription.options?.applicationServerKey, this.key)) {
        await remember(subscription, this.root.dataset.pushLanguage);
        await this.point(subscription);
        this.show("on");
      } else if (mine && Notification.permission === "granted") {
        // The site has a new key, and the old subscription takes nothing signed with it.
        await this.attempt(() => this.start());
      } else {
        this.show(Notification.permission === "denied" ? "denied" : "off");
      }
    }

    async point(subscription) {
      const own = subscription && await mark(subscription);
      for (const part of document.querySelectorAll("[data-push-device]")) part.hidden = part.dataset.pushDevice !== own;
    }

    // The list of devices is another one: mark this one in it, or see that it was removed there.
    async changed() {
      const subscription = able && await subscribed();
      if (!subscription || this.isBusy) return;
      const listed = Array.from(document.querySelectorAll("#devices [data-push-device]"), (part) => part.dataset.pushDevice);
      await this.point(subscription);
      if (this.state === "on" && document.getElementById("devices") && !listed.includes(await mark(subscription))) {
        await subscription.unsubscribe();
        await caches.delete(MEMORY);
        this.show("off");
      }
    }

    async start() {
      this.show("asking");
      if (await Notification.requestPermission() !== "granted") {
        this.show(Notification.permission === "denied" ? "denied" : "off");
        return;
      }
      this.show("waiting");
      await navigator.serviceWorker.register(this.root.dataset.pushWorker, { scope: "/" });
      const { pushManager } = await inTime(navigator.serviceWorker.ready);
      let subscription = await pushManager.getSubscription();
      if (subscription && !same(subscription.options?.applicationServerKey, this.key)) {
        await this.post(this.root.dataset.pushStop, { endpoint: subscription.endpoint });
        await subscription.unsubscribe();
        subscription = null;
      }
      subscription ||= await inTime(
        pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: this.key }));
      const { endpoint, keys } = subscription.toJSON();
      const answer = await this.post(this.form.action, { endpoint, ...keys });
      if (!answer.ok) {
        await subscription.unsubscribe();
        this.show("said", answer.error);
        return;
      }
      await remember(subscription, this.root.dataset.pushLanguage);
      this.show("on");
      await this.refresh(subscription);
    }

    async stop() {
      const subscription = await subscribed();
      if (subscription) {
        await this.post(this.root.dataset.pushStop, { endpoint: subscription.endpoint });
        await subscription.unsubscribe();
      }
      await caches.delete(MEMORY);
      this.show("off");
      await this.refresh(null);
    }

    // The part of the page that lists devices is fetched again, so that nothing typed elsewhere is lost.
    async refresh(subscription) {
      const target = this.root.dataset.pushRefresh;
      await window.htmx?.ajax("GET", location.pathname, { target, select: target, swap: "outerHTML" });
      await this.point(subscription);
    }
  }

  // A device that somebody signs out on stops getting their notices: the next who picks it up may be somebody else.
  const leave = async (form) => {
    const registration = await registered();
    const subscription = await registration?.pushManager.getSubscription();
    if (!subscription) return;
    const body = new FormData(form);
    body.set("endpoint", subscription.endpoint);
    const answer = await fetch(form.dataset.signOut, { method: "POST", body, headers: { Accept: "application/json" } });
    if (!(await answer.json()).stopped) return;
    await subscription.unsubscribe();
    await caches.delete(MEMORY);
    for (const notification of await registration.getNotifications()) notification.close();
  };

  for (const form of able ? document.querySelectorAll("form[data-sign-out]") : []) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      // Signing out never waits for long.
      await Promise.race([leave(form).catch(() => {}), new Promise((done) => setTimeout(done, 3000))]);
      form.submit();
    });
  }

  for (const root of document.querySelectorAll("[data-push]")) {
    const part = new Part(root);
    part.look().catch(() => part.show("failed"));
  }
})();
