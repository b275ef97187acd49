// <gpt-workers>: two workers with a fault to switch on. What each run and moment shows was reckoned in workers.py.
import { LiveElement, define } from "./shell.js";

class Workers extends LiveElement {
  start({ runs, steps, xs, top, bottom }) {
    const slider = this.part("moment"), optimizer = this.part("optimizer");
    const switches = [...this.querySelectorAll("[data-fault]")];
    let fault = 0;

    const draw = () => {
      const moment = Number(slider.value);
      const { lines, says } = runs[optimizer.selectedIndex][fault];
      for (const [name, way] of Object.entries(lines)) this.part(name).setAttribute("d", way);
      for (const name of ["now-loss0", "now-apart"]) this.part(name).setAttribute("d", `M${xs[moment]} ${top}V${bottom}`);
      switches.forEach((each, number) => each.setAttribute("aria-pressed", number === fault));
      slider.setAttribute("aria-valuetext", `after ${steps[moment]} steps`);
      this.part("moment-shown").textContent = `after ${steps[moment]} steps`;
      this.part("says").textContent = says[moment];
    };

    switches.forEach((each, number) => each.addEventListener("click", () => {
      fault = number;
      draw();
    }));
    slider.addEventListener("input", draw);
    optimizer.addEventListener("change", draw);
    slider.value = steps.length - 1;   // a browser may keep other ones from the last visit
    optimizer.selectedIndex = 0;
    draw();
  }
}
define("gpt-workers", Workers);
