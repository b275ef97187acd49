// <gpt-map>: the letters' places at the moments of a run, and by the counts.
import { LiveElement, define } from "./shell.js";

class Places extends LiveElement {
  start({ letters, views, around, place: [left, top, side] }) {
    const slider = this.part("moment");
    const switches = [...this.part("views").children];
    const marks = [...this.querySelectorAll("[data-letter]")];
    const last = views[0].moments.length - 1;
    let chosen = 0;

    const pixels = ([x, y]) => {
      const [middleX, middleY, scale] = views[chosen].frame;
      return `${(left + side / 2 + scale * (x - middleX)).toFixed(1)} ${(top + side / 2 - scale * (y - middleY)).toFixed(1)}`;
    };
    const draw = () => {
      const { moments } = views[chosen];
      const { title, points, places } = moments[chosen ? 0 : Number(slider.value)];
      const letter = this.part("followed").value;
      const followed = letter === "" ? null : Number(letter);
      marks.forEach((mark, number) => {
        mark.setAttribute("transform", `translate(${pixels(points[number])})`);
        mark.classList.toggle("lit", number === followed);
        const [x, y] = around[places[number]];
        mark.querySelector("text").setAttribute("x", x);
        mark.querySelector("text").setAttribute("y", y);
      });
      this.part("way").setAttribute("d", followed === null ? "" : `M${moments.map((moment) => pixels(moment.points[followed])).join("L")}`);
      const listed = points.map(([x, y], number) => `${letters[number]} ${x.toFixed(2)}, ${y.toFixed(2)}`);
      this.part("map").setAttribute("aria-label", `${title}. Each letter's two numbers: ${listed.join("; ")}.`);
      this.part("says").textContent = followed === null ? `${title}.`
        : `${title}: ${letters[followed]} lies at ${points[followed][0].toFixed(2)} across, ${points[followed][1].toFixed(2)} up.`;
      slider.setAttribute("aria-valuetext", views[0].moments[Number(slider.value)].title);
      slider.disabled = chosen > 0;   // the counts have no moments
      switches.forEach((button, number) => button.setAttribute("aria-pressed", number === chosen));
      for (const axes of this.querySelectorAll("[data-axes]")) axes.setAttribute("display", Number(axes.dataset.axes) === chosen ? "inline" : "none");
    };

    slider.addEventListener("input", draw);
    this.part("followed").addEventListener("change", draw);
    switches.forEach((button, number) => button.addEventListener("click", () => {
      chosen = number;
      draw();
    }));
    this.part("map").addEventListener("click", (event) => {
      const mark = event.target.closest("[data-letter]");
      this.part("followed").value = mark ? mark.dataset.letter : "";
      draw();
    });
    slider.value = last;   // a browser may keep another one from the last visit
    draw();
  }
}
define("gpt-map", Places);
