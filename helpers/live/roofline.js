// <gpt-roofline>: choose a model and how many names share a step, see what bounds it. Python wrote every state; here one is chosen.
import { LiveElement, define } from "./shell.js";

class Roofline extends LiveElement {
  start({ sizes, states }) {
    const draw = () => {
      const size = sizes[Number(this.part("size").value)];
      const { marks, rows, says, names } = states[`${this.part("model").value}/${size}`];
      this.part("marks").innerHTML = marks;
      this.part("rows").innerHTML = rows;
      this.part("says").textContent = says;
      this.part("names").textContent = names;
      this.part("size").setAttribute("aria-valuetext", names);
    };
    this.part("model").addEventListener("change", draw);
    this.part("size").addEventListener("input", draw);
    draw();
  }
}
define("gpt-roofline", Roofline);
