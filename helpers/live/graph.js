// <gpt-graph>: step through a small graph forward and backward, and nudge a leaf.
import { LiveElement, define } from "./shell.js";

// step -> its result and its slope for each parent, as in the chapter's Value.
const RULES = {
  "+": (a, b) => [a + b, [1, 1]],
  "×": (a, b) => [a * b, [b, a]],
  exp: (a) => [Math.exp(a), [Math.exp(a)]],
  log: (a) => [Math.log(a), [1 / a]],
  relu: (a) => [Math.max(a, 0), [a > 0 ? 1 : 0]],
  tanh: (a) => [Math.tanh(a), [1 - Math.tanh(a) ** 2]],
};

// Three digits, and no more than six behind the point.
const shown = (number, digits = 3) => {
  const text = Number(number.toPrecision(digits)).toFixed(6).replace(/\.?0+$/, "");
  return text === "-0" ? "0" : text;
};

// A step and its result as shown; = where they agree to the last digit, ≈ where digits were left out.
const equation = (step, numbers, result) => {
  const [a, b] = numbers.map(Number);
  const exact = step === "/" ? a / b : RULES[step](a, b)[0];
  const second = numbers[1]?.startsWith("-") ? `(${numbers[1]})` : numbers[1];
  const written = second === undefined ? `${step}(${numbers[0]})` : `${numbers[0]} ${step} ${second}`;
  return `${written} ${Math.abs(exact - Number(result)) < 1e-9 ? "=" : "≈"} ${result}`;
};

// Every node's data, slopes and gradient; `nudge` is added to the number of the leaf of that name.
function compute({ nodes, order }, leaf, nudge, nSenders = order.length) {
  const values = {};
  for (const { name, number, step, parents = [] } of nodes) {
    const [data, slopes] = step ? RULES[step](...parents.map((parent) => values[parent].data)) : [number + (name === leaf ? nudge : 0), []];
    values[name] = { data, slopes, parents, grad: 0 };
  }
  values[nodes.at(-1).name].grad = 1;
  for (const name of order.slice(0, nSenders)) {   // each sends its gradient times its slopes to its parents
    const { grad, parents, slopes } = values[name];
    parents.forEach((parent, place) => { values[parent].grad += slopes[place] * grad; });
  }
  return values;
}

class Graph extends LiveElement {
  start({ expressions }) {
    const drawings = [...this.querySelectorAll('[data-part="drawing"]')];
    let now, steps, at;
    const forward = () => now.nodes.filter((node) => node.step);
    const root = () => now.nodes.at(-1).name;
    const leaf = () => this.part("leaf").value;
    const nudge = () => Number(this.part("nudge").value);

    // The state after the first `at` steps: the forward ones, then the root's own 1, then one for each value that sends.
    const draw = () => {
      const names = forward().map((node) => node.name);
      const isBackward = at > names.length;
      const senders = now.order.slice(0, Math.max(at - names.length - 1, 0));
      const values = compute(now, leaf(), nudge(), senders.length);
      const isKnown = (name) => !names.slice(at).includes(name);
      const lit = new Set();
      let says = "The leaves have their numbers. Go forward.";
      if (isBackward && !senders.length) {
        lit.add(root());
        says = `Backward: ${root()} grows by 1 per unit of itself, so its gradient is 1.`;
      } else if (isBackward) {
        const name = senders.at(-1);
        const { grad, parents, slopes } = values[name];
        lit.add(name);
        parents.forEach((_, place) => lit.add(`${name}/${place}`));
        const sent = parents.map((parent, place) => `${equation("×", [shown(slopes[place]), shown(grad)], shown(slopes[place] * grad))} to ${parent}`);
        says = `Backward: ${name} has its whole gradient, ${shown(grad)}. Slope × gradient is the share it sends: ${sent.join(" and ")}.`
          + (at === steps ? " Both walks are done." : "");
      } else if (at > 0) {
        const { name, step } = forward()[at - 1];
        const { data, parents, slopes } = values[name];
        lit.add(name);
        const made = equation(step, parents.map((parent) => shown(values[parent].data)), shown(data));
        says = `Forward: ${name} is ${made}. Its slope is ${parents.map((parent, place) => `${shown(slopes[place])} for ${parent}`).join(" and ")}.`;
      }

      const svg = drawings[expressions.indexOf(now)].querySelector("svg");
      const boxes = now.nodes.filter(({ name }) => isKnown(name)).map(({ name }) => `${name} is ${shown(values[name].data)}`
        + (isBackward ? `, its gradient ${shown(values[name].grad)}` : ""));
      for (const group of svg.querySelectorAll(".node")) {
        const name = group.dataset.node;
        group.querySelector(".data").textContent = isKnown(name) ? shown(values[name].data) : "?";
        group.querySelector(".grad").textContent = isBackward ? `grad ${shown(values[name].grad)}` : "";
        group.classList.toggle("lit", lit.has(name));
      }
      const arrows = [];
      for (const group of svg.querySelectorAll(".arrow")) {
        const [name, place] = group.dataset.arrow.split("/");
        const { grad, parents, slopes } = values[name];
        const slope = isKnown(name) ? `slope ${shown(slopes[place])}` : "";
        const share = senders.includes(name) ? `share ${shown(slopes[place] * grad)}` : "";
        group.querySelector(".slope").textContent = slope;
        group.querySelector(".share").textContent = share;
        group.classList.toggle("lit", lit.has(group.dataset.arrow));
        if (slope) arrows.push(`from ${parents[place]} to ${name}, ${slope}${share && `, ${share} back`}`);
      }
      svg.setAttribute("aria-label", `${now.title}. ${boxes.join("; ")}.${arrows.length ? ` Arrows: ${arrows.join("; ")}.` : ""}`);
      for (const part of ["reset", "back"]) this.part(part).setAttribute("aria-disabled", at === 0);
      this.part("forward").setAttribute("aria-disabled", at === steps);
      this.part("says").textContent = says;
      measure();
    };

    const measure = () => {
      const name = leaf();
      const by = nudge();
      const before = compute(now, name, 0);
      const after = compute(now, name, by);
      const moved = after[root()].data - before[root()].data;
      let text = `No nudge yet. ${root()} is ${shown(after[root()].data)}, and the gradient of ${name} is ${shown(after[name].grad)}.`;
      if (by) {
        const rise = shown(moved, 5);   // enough digits for the three of the quotient
        text = `${name} goes from ${shown(before[name].data)} to ${shown(after[name].data)}, and ${root()} moves by ${rise}: `
          + `${equation("/", [rise, shown(by)], shown(moved / by))} per unit of ${name}. `
          + `The gradient of ${name} is ${shown(before[name].grad)} before the nudge, ${shown(after[name].grad)} after it.`;
      }
      this.part("measured").textContent = text;
      this.part("by").textContent = shown(by);
      this.part("nudge").setAttribute("aria-valuetext", shown(by));
    };

    const choose = (number) => {
      now = expressions[number];
      steps = forward().length + 1 + now.order.length;
      drawings.forEach((drawing, place) => { drawing.hidden = place !== number; });
      this.part("leaf").replaceChildren(...now.leaves.map((name) => {
        const option = document.createElement("option");
        option.textContent = name;
        return option;
      }));
      this.part("nudge").value = 0;
    };
    const go = (step) => {
      at = Math.min(Math.max(step, 0), steps);
      draw();
    };

    this.part("which").addEventListener("change", (event) => {
      choose(event.target.selectedIndex);
      go(0);
    });
    this.part("reset").addEventListener("click", () => go(0));
    this.part("back").addEventListener("click", () => go(at - 1));
    this.part("forward").addEventListener("click", () => go(at + 1));
    this.part("leaf").addEventListener("change", draw);
    this.part("nudge").addEventListener("input", draw);
    choose(0);
    go(steps);
  }
}
define("gpt-graph", Graph);
