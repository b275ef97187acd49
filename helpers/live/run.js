// <gpt-run>: a recorded run, moment by moment. What each moment shows was reckoned in run.py.
import { LiveElement, define, make } from "./shell.js";

class Run extends LiveElement {
  start({ moments, around, top, bottom }) {
    const slider = this.part("moment");
    const marks = [...this.querySelectorAll("[data-token]")];

    const draw = () => {
      const { says, title, here: [x, y], names, dots, places, map } = moments[Number(slider.value)];
      this.part("says").textContent = says;
      slider.setAttribute("aria-valuetext", title);
      this.part("names").replaceChildren(...names.map((name) => make("li", name, { class: "chip" })));
      this.part("now").setAttribute("d", `M${x} ${top}V${bottom}`);
      this.part("here").setAttribute("cx", x);
      this.part("here").setAttribute("cy", y);
      this.part("map").setAttribute("aria-label", map);
      marks.forEach((mark, number) => {
        mark.setAttribute("transform", `translate(${dots[number].join(" ")})`);
        const [dx, dy] = around[places[number]];
        mark.querySelector("text").setAttribute("x", dx);
        mark.querySelector("text").setAttribute("y", dy);
      });
    };

    slider.addEventListener("input", draw);
    slider.value = moments.length - 1;   // a browser may keep another one from the last visit
    draw();
  }
}
define("gpt-run", Run);
