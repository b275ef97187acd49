// <gpt-price>: recorded runs with the price at a slider. What each of them shows was reckoned in price.py.
import { LiveElement, define } from "./shell.js";

class Price extends LiveElement {
  start({ states, start }) {
    const slider = this.part("price");

    const draw = () => {
      const { price, x, y, says, names } = states[Number(slider.value)];
      this.part("now").setAttribute("cx", x);
      this.part("now").setAttribute("cy", y);
      slider.setAttribute("aria-valuetext", `${price} a nat`);
      this.part("told").textContent = price;
      this.part("says").textContent = says;
      this.part("names").textContent = names;
    };

    slider.addEventListener("input", draw);
    slider.value = start;   // a browser may keep another one from the last visit
    draw();
  }
}
define("gpt-price", Price);
