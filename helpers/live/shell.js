// What every live figure shares: it starts once, reads its data, and keeps its keys to itself.
export class LiveElement extends HTMLElement {
  connectedCallback() {
    if (this.dataset.live) return;
    this.dataset.live = "yes";
    const data = JSON.parse(this.querySelector('script[type="application/json"]').textContent);
    // Notebooks bind bare keys (arrows fold cells, d d deletes one), so a figure must not let them out.
    this.addEventListener("keydown", (event) => {
      if (event.key !== "Tab" && event.key !== "Escape") event.stopPropagation();
    });
    this.start(data);
    for (const control of this.querySelectorAll("[data-wakes]")) control.disabled = false;
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
