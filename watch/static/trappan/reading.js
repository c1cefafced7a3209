// How a person likes to read: size of the text, light or dark, and a voice. Run before the page is drawn, so that
// nothing jumps. The choices stay in this browser and are sent nowhere.
(() => {
  "use strict";

  const root = document.documentElement;
  const CHOICES = { text: ["", "large", "larger"], look: ["", "light", "dark"] };
  const chosen = (what) => {
    try {
      const value = localStorage.getItem(`trappan-${what}`) || "";
      return CHOICES[what].includes(value) ? value : "";
    } catch {
      return "";
    }
  };
  const choose = (what, value) => {
    try {
      localStorage.setItem(`trappan-${what}`, value);
    } catch {
      // A browser that keeps nothing still shows the choice on this page.
    }
    show(what, value);
  };
  const show = (what, value) => {
    if (what === "look") {
      if (value) root.dataset.bsTheme = value;
      else delete root.dataset.bsTheme;
    } else {
      root.classList.toggle("text-large", value === "large");
      root.classList.toggle("text-larger", value === "larger");
    }
    for (const button of document.querySelectorAll(`[data-reading="${what}"]`)) {
      button.setAttribute("aria-pressed", String(button.value === value));
    }
  };
  for (const what of Object.keys(CHOICES)) show(what, chosen(what));

  // Only a voice on the device itself: others send the words to the voice's maker.
  const voiceFor = (tag) => {
    const language = tag.split("-")[0];
    return speechSynthesis.getVoices().find((voice) => voice.localService && voice.lang.split(/[-_]/)[0] === language);
  };
  const SPOKEN = "h1, h2, h3, p, li, dt, dd, .notice-text";
  const parts = () => Array.from(document.querySelectorAll("main :is(h1, h2, h3, p, li, dt, dd, .notice-text)"))
    .filter((part) => part.checkVisibility?.() !== false && !part.querySelector(SPOKEN)
      && !part.closest("form, .buttons, .messages, [aria-hidden='true']"));

  const speak = (button) => {
    const rest = parts();
    const next = () => {
      const part = rest.shift();
      if (!part) {
        stop(button);
        return;
      }
      const tag = part.closest("[lang]").lang;
      const words = new SpeechSynthesisUtterance(part.innerText);
      words.lang = tag;
      words.voice = voiceFor(tag) || null;
      words.onend = next;
      if (words.voice) speechSynthesis.speak(words);
      else next();
    };
    button.setAttribute("aria-pressed", "true");
    next();
  };
  const stop = (button) => {
    button.setAttribute("aria-pressed", "false");
    speechSynthesis.cancel();
  };
  const offerVoice = () => {
    for (const button of document.querySelectorAll("[data-read-aloud]")) button.hidden = !voiceFor(root.lang);
  };

  document.addEventListener("DOMContentLoaded", () => {
    for (const group of document.querySelectorAll("[data-reading-choices]")) group.hidden = false;
    for (const what of Object.keys(CHOICES)) show(what, chosen(what));
    document.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button?.dataset.reading) choose(button.dataset.reading, button.value);
      if (button && "readAloud" in button.dataset) {
        if (button.getAttribute("aria-pressed") === "true") stop(button);
        else speak(button);
      }
    });
    if (!window.speechSynthesis) return;
    offerVoice();
    speechSynthesis.addEventListener?.("voiceschanged", offerVoice);
    window.addEventListener("pagehide", () => speechSynthesis.cancel());
  });
})();
