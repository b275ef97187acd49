// <gpt-graph>: step through a small graph forward and backward, and nudge a leaf.
import { LiveElement, define } from "./shell.js";

// step -> its result and its slope for each parent, as in the chapter's Value.
const RULES = {
  "+": (a, b) => [a + b, [1, 1]],
  "*": (a, b) => [a * b, [b, a]],
  exp: (a) => [Math.exp(a), [Math.exp(a)]],
  log: (a) => [Math.log(a), [1 / a]],
  relu: (a) => [Math.max(a, 0), [a > 0 ? 1 : 0]],
  tanh: (a) => [Math.tanh(a), [1 - Math.tanh(a) ** 2]],
};

// Every node's data and slopes, with the numbers in `instead` for those of the leaves.
function compute(nodes, instead = {}) {
  const found = {};
  for (const { name, number, step, parents } of nodes) {
    const [data, slopes] = step ? RULES[step](...parents.map((parent) => found[parent].data)) : [instead[name] ?? number, []];
    found[name] = { data, slopes, parents: parents ?? [], grad: 0 };
  }
  return found;
}

const shown = (number) => String(Number(number.toFixed(4)) || 0);

class Graph extends LiveElement {
  start({ expressions }) {
    const drawings = [...this.querySelectorAll('[data-part="drawing"]')];
    let now, steps, at;

    const say = (text) => { this.part("says").textContent = text; };
    const computed = () => now.nodes.filter((node) => node.step).map((node) => node.name);
    const root = () => now.nodes.at(-1).name;
    const backward = (values, senders) => {   // each sends its gradient times its slopes to its parents
      values[root()].grad = 1;
      for (const name of senders) {
        const { grad, parents, slopes } = values[name];
        parents.forEach((parent, place) => { values[parent].grad += slopes[place] * grad; });
      }
    };

    // The state after the first `at` steps: the forward ones, then the root's own 1, then one for each value that sends.
    const draw = () => {
      const forward = computed();
      const values = compute(now.nodes);
      const known = new Set(now.nodes.map((node) => node.name).filter((name) => !forward.slice(at).includes(name)));
      const lit = new Set();
      const shares = {};
      let text = "The leaves have their numbers. Go forward.";
      if (at > 0 && at <= forward.length) {
        const name = forward[at - 1];
        const { data, parents, slopes } = values[name];
        lit.add(name);
        text = `Forward: ${name} is ${shown(data)}. Its slope is ${parents.map((parent, place) => `${shown(slopes[place])} for ${parent}`).join(" and ")}.`;
      }
      if (at > forward.length) {
        const senders = now.order.slice(0, at - forward.length - 1);
        backward(values, senders);
        const name = senders.at(-1) ?? root();
        lit.add(name);
        text = `Backward: ${name} grows by 1 per unit of itself, so its gradient is 1.`;
        if (senders.length) {
          const { grad, parents, slopes } = values[name];
          const sent = parents.map((parent, place) => {
            const share = shown(slopes[place] * grad);
            shares[`${name}/${place}`] = share;
            return `${shown(slopes[place])} × ${shown(grad)} = ${share} to ${parent}`;
          });
          text = `Backward: ${name} has its whole gradient, ${shown(grad)}. It sends ${sent.join(" and ")}.`;
          if (at === steps) text += " Both walks are done.";
        }
      }
      const svg = drawings[expressions.indexOf(now)].querySelector("svg");
      for (const group of svg.querySelectorAll(".node")) {
        const name = group.dataset.node;
        group.querySelector(".data").textContent = known.has(name) ? shown(values[name].data) : "?";
        group.querySelector(".grad").textContent = at > forward.length ? `grad ${shown(values[name].grad)}` : "";
        group.classList.toggle("lit", lit.has(name));
      }
      const box = svg.querySelector(".node.lit rect");   // on a narrow screen, keep what is happening in view
      const region = svg.closest(".scroll");
      region.scrollLeft = box ? box.x.baseVal.value - region.clientWidth / 2 : 0;
      for (const group of svg.querySelectorAll(".edge")) {
        const [name, place] = group.dataset.edge.split("/");
        group.querySelector("text").textContent = shares[group.dataset.edge] ?? (known.has(name) ? `×${shown(values[name].slopes[place])}` : "");
        group.classList.toggle("lit", group.dataset.edge in shares);
      }
      const states = now.nodes.filter(({ name }) => known.has(name)).map(({ name }) => `${name} is ${shown(values[name].data)}`
        + (at > forward.length ? `, its gradient ${shown(values[name].grad)}` : ""));
      svg.setAttribute("aria-label", `${now.title}. ${states.join("; ")}`);
      for (const part of ["reset", "back"]) this.part(part).setAttribute("aria-disabled", at === 0);
      this.part("forward").setAttribute("aria-disabled", at === steps);
      say(text);
    };

    const measure = () => {
      const leaf = this.part("leaf").value;
      const nudge = Number(this.part("nudge").value);
      const before = compute(now.nodes);
      const after = compute(now.nodes, { [leaf]: before[leaf].data + nudge });
      backward(before, now.order);
      const rise = after[root()].data - before[root()].data;
      const moved = `${leaf} from ${shown(before[leaf].data)} to ${shown(after[leaf].data)}: ${root()} from ${shown(before[root()].data)} to ${shown(after[root()].data)}`;
      const measured = nudge ? `, which is ${shown(rise / nudge)} per unit of ${leaf}` : ": no nudge, nothing to measure";
      this.part("measured").textContent = `${moved}${measured}. Its gradient is ${shown(before[leaf].grad)}.`;
      this.part("nudge").setAttribute("aria-valuetext", shown(nudge));
    };

    const choose = (number) => {
      now = expressions[number];
      steps = computed().length + 1 + now.order.length;
      drawings.forEach((drawing, place) => { drawing.hidden = place !== number; });
      const knobs = now.nodes.filter((node) => !node.step && Number.isNaN(Number(node.name)));
      this.part("leaf").replaceChildren(...knobs.map((node) => new Option(node.name)));
      measure();
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
    this.part("leaf").addEventListener("change", measure);
    this.part("nudge").addEventListener("input", measure);
    choose(0);
    at = steps;
  }
}
define("gpt-graph", Graph);
