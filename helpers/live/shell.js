// What every live figure shares: it starts once, reads its data, and keeps to itself the keys that notebooks would act on.

// Notebooks bind bare keys (arrows fold cells, d d deletes one): what is typed stays inside. Commands such as Ctrl+S go on, and so
// do Shift+Enter, Tab and Escape. With AltGr a letter is typed, though it reads as Ctrl and Alt.
function staysInside(event) {
  if ((event.ctrlKey || event.metaKey) && !event.getModifierState("AltGraph")) return false;
  if (event.key === "Enter") return !event.shiftKey && !event.altKey;
  return [...event.key].length === 1 || /^(Arrow\w+|Home|End|Page\w+|Backspace|Delete)$/.test(event.key);
}

export class LiveElement extends HTMLElement {
  connectedCallback() {
    if (this.dataset.live) return;
    this.dataset.live = "yes";
    const data = JSON.parse(this.querySelector('script[type="application/json"]').textContent);
    this.addEventListener("keydown", (event) => {
      if (staysInside(event)) event.stopPropagation();
    });
    this.start(data);
    for (const control of this.querySelectorAll("[data-wakes]")) control.disabled = false;
    // Where something is wider than its place, the style sheet says that it can be scrolled, and the keyboard stops there.
    const watch = new ResizeObserver((entries) => {
      for (const { target } of entries) {
        const region = target.closest(".scroll");
        region.classList.toggle("overflows", region.scrollWidth > region.clientWidth + 1);
        if (region.matches(".overflows")) region.tabIndex = 0;
        else region.removeAttribute("tabindex");   // where nothing scrolls, the keyboard need not stop
      }
    });
    for (const part of this.querySelectorAll(".scroll, .scroll > *")) watch.observe(part);
  }
  part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }
}

export function define(name, element) {
  if (!customElements.get(name)) customElements.define(name, element);   // the same output may stand twice on a page
}

// An element with text and attributes: make("td", "emma", { class: "name" }).
export function make(tag, text = "", attributes = {}) {
  const element = document.createElement(tag);
  element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

// As in shell.py: a character as a label that can be seen.
export function visible(character) {
  if (character === " ") return "␣";
  if (/^\p{M}/u.test(character)) return `◌${character}`;
  if (!/^[\p{C}\p{Z}]/u.test(character)) return character;
  return `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
}

// As in shell.py: numbers as text, and a bar as long as a fraction of its place.
export const counted = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
const tenths = (number) => Math.floor(10 * number + 0.5) / 10;
export const percent = (fraction) => `${tenths(100 * fraction).toFixed(1)} %`;
export const bar = (fraction) => make("span", "", { class: "bar", style: `width:${tenths(100 * fraction)}%` });
