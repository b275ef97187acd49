// <gpt-cost>: choose the sizes of a training step, compare what it costs in each way. Python wrote all of it; here it is chosen.
import { LiveElement, define } from "./shell.js";

class Cost extends LiveElement {
  start({ says }) {
    const draw = () => {
      const chosen = `${this.part("hidden").value}/${this.part("names").value}`;
      for (const rows of this.querySelectorAll("[data-step]")) rows.hidden = rows.dataset.step !== chosen;
      this.part("says").textContent = says[chosen];
    };
    this.part("hidden").addEventListener("change", draw);
    this.part("names").addEventListener("change", draw);
    draw();
  }
}
define("gpt-cost", Cost);
