// Small helps on top of pages that work without them. Everything is asked for by data- attributes.
(() => {
  "use strict";

  const each = (root, selector, act) => {
    if (root.matches && root.matches(selector)) act(root);
    root.querySelectorAll(selector).forEach(act);
  };

  // data-filter-list="#id": typing hides the rows of #id whose words do not match; rows with a tick stay.
  const filterList = (field) => {
    const list = document.querySelector(field.dataset.filterList);
    if (!list) return;
    const named = list.querySelectorAll("[data-filter-row]");
    const rows = named.length ? named : list.querySelectorAll(".form-check, li");
    field.hidden = false;
    field.addEventListener("input", () => {
      const wanted = field.value.trim().toLocaleLowerCase();
      for (const row of rows) {
        row.hidden = !row.querySelector("input:checked") && !row.textContent.toLocaleLowerCase().includes(wanted);
      }
    });
  };

  // data-countdown="seconds": shows what is left; at zero the closest [data-countdown-scope] part goes away.
  const countdown = (shown) => {
    const ends = Date.now() + Number(shown.dataset.countdown) * 1000;
    const tick = () => {
      if (!shown.isConnected) return;
      const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
      shown.textContent = String(left);
      if (left > 0) {
        setTimeout(tick, 250);
        return;
      }
      const scope = shown.closest("[data-countdown-scope]");
      if (scope) scope.hidden = true;
    };
    tick();
  };

  // data-copy="text": puts the text on the clipboard and says so with data-copied.
  const copy = (button) => {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      const words = button.querySelector("span") || button;
      const before = words.textContent;
      words.textContent = button.dataset.copied || before;
      setTimeout(() => { words.textContent = before; }, 2500);
    });
  };

  // data-max-bytes on a file field: a file too large is refused before it travels, with data-too-large's words.
  const fileLimit = (field) => {
    field.addEventListener("change", () => {
      const limit = Number(field.dataset.maxBytes);
      const large = Array.from(field.files).some((file) => file.size > limit);
      field.setCustomValidity(large ? field.dataset.tooLarge || "" : "");
      if (large) field.reportValidity();
    });
  };

  const wire = (root) => {
    each(root, "[data-filter-list]", filterList);
    each(root, "[data-countdown]", countdown);
    each(root, "[data-copy]", copy);
    each(root, "[data-max-bytes]", fileLimit);
    each(root, "[data-print]", (button) => {
      button.hidden = false;
      button.addEventListener("click", () => window.print());
    });
    each(root, "[data-focus]", (part) => part.focus({ preventScroll: false }));
  };

  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  // What a page keeps on this device for its reader goes when they sign out: the next to hold it may be somebody else.
  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-sign-out]")) return;
    for (const key of Object.keys(localStorage).filter((name) => name.startsWith("trappan-kept:"))) {
      localStorage.removeItem(key);
    }
  });
  // Without a reader of its own a page tells that nobody is signed in here, however that came about.
  if (window.caches && document.querySelector(".site-head") && !document.querySelector("script[data-reader]")) {
    caches.delete("trappan-offline").catch(() => {});
  }
  wire(document);
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt !== document.body) wire(event.detail.elt);
  });
})();
