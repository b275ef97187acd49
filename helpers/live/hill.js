// <gpt-hill>: walk down the real loss surface of a neuron with two knobs, weight and bias.
import { LiveElement, define } from "./shell.js";

const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));   // log(1 + e^x), without overflow

class Hill extends LiveElement {
  start({ goes_on, over, middles, weight, bias, place: [left, top, width, height], steps, recent }) {
    const total = goes_on.reduce((sum, n, i) => sum + n + over[i], 0);
    const lossAndGradients = ([w, b], middle) => {
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
    const stands = matchMedia("(prefers-reduced-motion: reduce)");
    let path = [[0, 0]];
    let reached = 0;      // how many steps of the path the ball has rolled; a part of a step while it rolls
    let rolling = null;   // the next frame of the animation, if there is one

    const step = () => {
      const [w, b] = path.at(-1);
      const [, alongWeight, alongBias] = lossAndGradients([w, b], middle());
      const rate = Number(this.part("rate").value);
      path.push([w - rate * alongWeight, b - rate * alongBias]);
    };
    const draw = () => {
      const whole = Math.floor(reached);
      const [[w, b], [nextW, nextB]] = [path[whole], path[whole + 1] ?? path[whole]];
      const here = [w + (reached - whole) * (nextW - w), b + (reached - whole) * (nextB - b)];
      const places = [...path.slice(0, whole), here].map(([w, b]) => `${across(w).toFixed(1)} ${upwards(b).toFixed(1)}`);
      const split = Math.max(places.length - 1 - recent, 0);
      this.part("older").setAttribute("d", places.slice(0, split).map((place) => `M${place}h0`).join(""));
      this.part("last").setAttribute("d", places.slice(split, -1).map((place) => `M${place}h0`).join(""));
      this.part("line").setAttribute("d", `M${places.slice(split).join("L")}`);
      const [x, y] = places.at(-1).split(" ");
      this.part("ball").setAttribute("cx", x);
      this.part("ball").setAttribute("cy", y);
      const loss = lossAndGradients([w, b], middle())[0];
      const before = whole ? lossAndGradients(path[whole - 1], middle())[0] : loss;
      const off = w < weight[0] || w > weight[1] || b < bias[0] || b > bias[1];
      this.part("says").textContent = `Step ${whole}: weight ${w.toFixed(2)}, bias ${b.toFixed(2)}, loss ${loss.toFixed(4)} nats.`
        + (loss > before ? " The last step went uphill." : "") + (off ? " This is off the map." : "");
    };

    const rest = () => {   // no more rolling: the ball is where the path ends
      cancelAnimationFrame(rolling);
      rolling = null;
      reached = path.length - 1;
      draw();
      this.part("says").setAttribute("aria-busy", "false");   // now it is read out
    };
    const walk = (n, jumps = stands.matches) => {
      for (let i = 0; i < n; i++) step();
      if (jumps) {
        rest();
        return;
      }
      cancelAnimationFrame(rolling);
      this.part("says").setAttribute("aria-busy", "true");
      const from = reached, to = path.length - 1, time = Math.min(90 * (to - from), 2500);
      let began;
      const frame = (now) => {
        began ??= now;
        const done = (now - began) / time;
        if (done >= 1) {
          rest();
          return;
        }
        reached = from + done * (to - from);
        draw();
        rolling = requestAnimationFrame(frame);
      };
      rolling = requestAnimationFrame(frame);
    };
    const anew = () => {
      const start = ["weight", "bias"].map((name) => {
        const number = Number(this.part(name).value);
        this.part(`${name}-shown`).textContent = number.toFixed(1);
        return number;
      });
      path = [start];
      rest();
    };
    const put = (event) => {   // the ball under the pointer
      const box = this.part("ground").getBoundingClientRect();
      this.part("weight").value = weight[0] + (weight[1] - weight[0]) * (event.clientX - box.left) / box.width;
      this.part("bias").value = bias[1] - (bias[1] - bias[0]) * (event.clientY - box.top) / box.height;
      anew();
    };

    this.part("step").addEventListener("click", () => walk(1));
    this.part("roll").addEventListener("click", () => walk(10));
    this.part("far").addEventListener("click", () => walk(100));
    this.part("anew").addEventListener("click", anew);
    this.part("weight").addEventListener("input", anew);
    this.part("bias").addEventListener("input", anew);
    this.part("input").addEventListener("change", () => {
      for (const map of this.querySelectorAll("[data-map]")) {
        map.setAttribute("display", map.dataset.map === this.part("input").value ? "inline" : "none");
      }
      anew();
    });
    for (const part of [this.part("ground"), this.part("ball")]) {
      part.addEventListener("pointerdown", (event) => {
        if (event.button) return;
        part.setPointerCapture(event.pointerId);
        put(event);
      });
      part.addEventListener("pointermove", (event) => {
        if (part.hasPointerCapture(event.pointerId)) put(event);
      });
    }
    walk(steps, true);
  }
}
define("gpt-hill", Hill);
