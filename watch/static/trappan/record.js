// Minutes written on a phone whose network comes and goes: kept on the phone until the server has taken them.
// The form works without this file. What is kept goes when the person signs out (trappan/app.js).
(() => {
  "use strict";

  const form = document.querySelector("form[data-record]");
  if (!form) return;

  const PREFIX = `trappan-kept:record:${form.dataset.record}:`;
  const AGAIN = 20_000;
  const said = form.querySelector("[data-record-said]");
  const rows = form.querySelector("[data-record-rows]");
  const version = form.elements.namedItem("version");
  let isSending = false;
  let isWanted = false;

  const say = (words) => { said.textContent = form.dataset[`record${words}`]; };
  const keys = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  // A token belongs to the page, and "remove" of a row is written like every other field.
  const typed = () => Array.from(new FormData(form)).filter(([name]) => name !== "csrfmiddlewaretoken");
  const words = (fields) => JSON.stringify(fields.filter(([name]) => name !== "version" && !name.endsWith("-key")));

  const drop = () => keys().forEach((key) => localStorage.removeItem(key));
  const keep = () => {
    const fields = JSON.stringify(typed());
    drop();
    localStorage.setItem(PREFIX + version.value, fields);
  };
  const keepAndSay = () => {
    try {
      keep();
      say("Kept");
    } catch {
      // A phone without room, or a browser that keeps nothing: the form still sends.
    }
  };

  const newKey = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")
      .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  const addRow = () => {
    const number = rows.value;
    const part = form.querySelector("template[data-record-row]").content.cloneNode(true);
    for (const element of part.querySelectorAll("[id], [for], [name], [aria-describedby]")) {
      for (const name of ["id", "for", "name", "aria-describedby"]) {
        const value = element.getAttribute(name);
        if (value) element.setAttribute(name, value.replaceAll("__number__", number));
      }
    }
    part.querySelector("[name$='-key']").value = newKey();
    const first = part.querySelector("input:not([type=hidden])");
    form.querySelector("[data-record-list]").append(part);
    rows.value = String(Number(number) + 1);
    return first;
  };

  const restore = (fields) => {
    const wanted = Number((fields.find(([name]) => name === "rows") || [])[1] || 0);
    while (rows && Number(rows.value) < Math.min(wanted, 30)) addRow();
    for (const box of form.querySelectorAll("input[type=checkbox]")) box.checked = false;
    for (const [name, value] of fields) {
      const field = form.elements.namedItem(name);
      if (!field || name === "rows") continue;
      if (field.type === "checkbox") field.checked = true;
      else field.value = value;
    }
  };

  const send = async () => {
    isWanted = true;
    if (isSending) return;
    isSending = true;
    keepAndSay();
    say("Sending");
    let answer;
    try {
      const body = new FormData(form);
      answer = await fetch(location.href, { method: "POST", body, headers: { Accept: "application/json" } });
    } catch {
      say("Waiting");
      isSending = false;
      return;
    }
    isWanted = false;
    isSending = false;
    const told = answer.ok && !answer.redirected ? await answer.json().catch(() => null) : null;
    if (told && told.next) {
      if (told.saved) drop();
      say("Sent");
      location.assign(told.next);
    } else if (answer.redirected) {
      // Signed out meanwhile. What was typed is on the phone, and stands here again after signing in.
      location.reload();
    } else {
      // The server has something to say about it, and says it on a page.
      form.submit();
    }
  };

  const open = () => {
    if ("recordTyped" in form.dataset) {
      keepAndSay();
      return;
    }
    const key = keys()[0];
    if (!key) return;
    const fields = JSON.parse(localStorage.getItem(key));
    if (words(fields) === words(typed())) {
      drop();
      return;
    }
    restore(fields);
    say("Restored");
  };

  form.addEventListener("input", keepAndSay);
  form.addEventListener("change", keepAndSay);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (event.submitter && event.submitter.matches("[data-record-add]")) {
      addRow().focus();
      keepAndSay();
      return;
    }
    send();
  });
  window.addEventListener("online", () => { if (isWanted) send(); });
  setInterval(() => { if (isWanted && navigator.onLine) send(); }, AGAIN);
  try {
    open();
  } catch {
    // Nothing that can be read is kept here.
  }
})();
