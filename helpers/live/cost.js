// <gpt-cost>: choose the sizes of a training step, compare what it costs in each way.
import { LiveElement, define, make } from "./shell.js";

class Cost extends LiveElement {
  start({ steps, ways }) {
    const format = (number) => number.toLocaleString("en");
    const hidden = this.part("hidden");
    const names = this.part("names");
    const draw = () => {
      const step = steps.find((each) => each.hidden === Number(hidden.value) && each.names === Number(names.value));
      const slowest = Math.max(...step.times);
      this.part("rows").replaceChildren(...ways.map((way, i) => {
        const row = make("tr");
        const bar = make("td", "", { class: "wide" });
        bar.append(make("span", "", { class: "bar", style: `width:${(100 * step.times[i] / slowest).toFixed(1)}%` }));
        row.append(make("th", way, { scope: "row", class: "wraps" }), make("td", format(step.nodes[i])), make("td", format(step.times[i])), bar);
        return row;
      }));
      const ratio = step.times[0] / step.times.at(-1);
      this.part("says").textContent =
        `${step.names} name${step.names > 1 ? "s" : ""}, ${step.hidden} hidden numbers: ${format(step.products)} multiplications ` +
        `for the logits, forward and back, whichever way. The last way takes 1/${ratio.toFixed(0)} of the first one's time.`;
    };
    hidden.addEventListener("change", draw);
    names.addEventListener("change", draw);
  }
}
define("gpt-cost", Cost);
