// <gpt-hill>: walk down the real loss surface of a neuron with two knobs, weight and bias.
import { LiveElement, define } from "./shell.js";

const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));   // log(1 + e^x), without overflow

class Hill extends LiveElement {
  start({ goes_on, over, middles, weight, bias, place: [left, top, width, height], steps }) {
    const total = goes_on.reduce((sum, n, i) => sum + n + over[i], 0);
    const lossAndSlopes = ([w, b], middle) => {
      let loss = 0, alongWeight = 0, alongBias = 0;
      over.forEach((nOver, letters) => {
        const x = letters - middle, logit = w * x + b, all = nOver + goes_on[letters];
        loss += goes_on[letters] * softplus(logit) + nOver * softplus(-logit);
        const blame = all / (1 + Math.exp(-logit)) - nOver;   // probability minus target
        alongWeight += blame * x;
        alongBias += blame;
      });
      return [loss / total, alongWeight / total, alongBias / total];
    };
    const across = (w) => left + width * (w - weight[0]) / (weight[1] - weight[0]);
    const upwards = (b) => top + height * (bias[1] - b) / (bias[1] - bias[0]);
    const middle = () => middles[Number(this.part("input").value)];
    let path = [[0, 0]];

    const step = () => {
      const [w, b] = path.at(-1);
      const [, alongWeight, alongBias] = lossAndSlopes([w, b], middle());
      const rate = Number(this.part("rate").value);
      path.push([w - rate * alongWeight, b - rate * alongBias]);
    };
    const draw = () => {
      const points = path.map(([w, b]) => [across(w).toFixed(1), upwards(b).toFixed(1)]);
      this.part("walk").setAttribute("d", "M" + points.map((point) => point.join(" ")).join("L"));
      this.part("steps").replaceChildren(...points.slice(0, -1).map(([x, y]) => {
        const dot = document.createElementNS("http://www.w3.org/2000/svg", "circle");
        for (const [name, value] of Object.entries({ class: "step", cx: x, cy: y, r: 2.5 })) dot.setAttribute(name, value);
        return dot;
      }));
      const [w, b] = path.at(-1);
      this.part("here").setAttribute("cx", points.at(-1)[0]);
      this.part("here").setAttribute("cy", points.at(-1)[1]);
      const loss = lossAndSlopes([w, b], middle())[0];
      const before = path.length > 1 ? lossAndSlopes(path.at(-2), middle())[0] : loss;
      const off = w < weight[0] || w > weight[1] || b < bias[0] || b > bias[1];
      this.part("says").textContent = `Step ${path.length - 1}: weight ${w.toFixed(2)}, bias ${b.toFixed(2)}, loss ${loss.toFixed(4)} nats.`
        + (loss > before ? " The last step went uphill." : "") + (off ? " This is off the map." : "");
    };
    const anew = () => {
      path = [[Number(this.part("weight").value), Number(this.part("bias").value)]];
      draw();
    };
    const walk = (n) => {
      for (let i = 0; i < n; i++) step();
      draw();
    };

    this.part("step").addEventListener("click", () => walk(1));
    this.part("roll").addEventListener("click", () => walk(10));
    this.part("anew").addEventListener("click", anew);
    this.part("weight").addEventListener("input", anew);
    this.part("bias").addEventListener("input", anew);
    this.part("input").addEventListener("change", () => {
      for (const map of this.querySelectorAll("[data-map]")) {
        map.setAttribute("display", map.dataset.map === this.part("input").value ? "inline" : "none");
      }
      anew();
    });
    this.part("ground").addEventListener("click", (event) => {
      const box = this.part("ground").getBoundingClientRect();
      this.part("weight").value = weight[0] + (weight[1] - weight[0]) * (event.clientX - box.left) / box.width;
      this.part("bias").value = bias[1] - (bias[1] - bias[0]) * (event.clientY - box.top) / box.height;
      anew();
    });
    walk(steps);
  }
}
define("gpt-hill", Hill);
