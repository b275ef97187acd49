// <gpt-budget>: recorded runs, by budget and size. What each shows was reckoned in budget.py.
import { LiveElement, define } from "./shell.js";

class Budget extends LiveElement {
  start({ budgets }) {
    const budget = this.part("budget"), size = this.part("size");

    const draw = () => {
      const chosen = budgets[Number(budget.value)], run = chosen.runs[Number(size.value)];
      for (const [slider, text] of [[budget, chosen.title], [size, run.title]]) {
        slider.setAttribute("aria-valuetext", text);
        this.part(`${slider.dataset.part}-shown`).textContent = text;
      }
      this.part("says").textContent = run.says;
      this.part("way").setAttribute("d", run.way);
      this.part("here").setAttribute("cx", run.dot[0]);
      this.part("here").setAttribute("cy", run.dot[1]);
      this.part("written").textContent = run.written;
    };
    // Another budget has tried other sizes: the same one if it is among them, else the nearest.
    const go = (wanted) => {
      const { runs, best } = budgets[Number(budget.value)];
      let at = best;
      if (wanted !== null) {
        at = 0;
        runs.forEach((run, number) => { if (Math.abs(run.size - wanted) < Math.abs(runs[at].size - wanted)) at = number; });
      }
      size.max = runs.length - 1;
      size.value = at;
      draw();
    };

    let wanted = null;   // the size that the reader chose last; before that, each budget shows its best
    budget.addEventListener("input", () => go(wanted));
    size.addEventListener("input", () => {
      wanted = budgets[Number(budget.value)].runs[Number(size.value)].size;
      draw();
    });
    budget.value = 0;   // a browser may keep another one from the last visit
    go(null);
  }
}
define("gpt-budget", Budget);
