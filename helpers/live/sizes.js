// <gpt-sizes>: layers, width, vocabulary and context at sliders; where the knobs are, and the bytes. As sizes.py counts them.
import { LiveElement, define, make, percent, bar } from "./shell.js";

const told = (number) => number.toLocaleString("en");
const short = (number) => (number < 100 ? (Math.floor(10 * number + 0.5) / 10).toFixed(1) : told(Math.floor(number + 0.5)));

function knobsOf(kind, layers, C, vocabulary, context) {
  const gpt2 = kind === "GPT-2";
  return {
    "tokens": vocabulary * C,
    "positions": context * C,
    "attention": layers * (4 * C * C + (gpt2 ? 4 * C : 0)),
    "MLP": layers * (8 * C * C + (gpt2 ? 5 * C : 0)),
    "norms": gpt2 ? (2 * layers + 1) * 2 * C : 0,
    "output matrix": gpt2 ? 0 : vocabulary * C,
  };
}

function bytesOf(knobs, layers, C, context) {
  return {
    "knobs in float16": 2 * knobs,
    "knobs in float32": 4 * knobs,
    "training with Adam": 16 * knobs,   // knobs, gradients, two running means
    "keys and values": 2 * layers * context * C * 4,
  };
}

function sizeText(bytes) {
  let power = 0;
  for (; bytes >= 1000 && power < 4; power += 1) bytes /= 1000;
  return `${power ? short(bytes) : told(bytes)} ${["bytes", "kB", "MB", "GB", "TB"][power]}`;
}

const sum = (counts) => Object.values(counts).reduce((a, b) => a + b, 0);

function row(name, texts, fraction) {
  const line = make("tr");
  const wide = make("td", "", { class: "wide" });
  wide.append(bar(fraction));
  line.append(make("th", name, { scope: "row" }), ...texts.map((text) => make("td", text, { class: "number" })), wide);
  return line;
}

class Sizes extends LiveElement {
  start({ values, presets, own, first }) {
    const names = Object.keys(values);
    const preset = this.part("preset"), kind = this.part("kind");
    const smallest = sum(knobsOf(...presets.microgpt));

    const now = () => [kind.value, ...names.map((name) => values[name][Number(this.part(name).value)])];
    const set = (sizes) => {
      kind.value = sizes[0];
      names.forEach((name, i) => { this.part(name).value = values[name].indexOf(sizes[i + 1]); });
    };
    const draw = () => {
      const sizes = now(), [, layers, width, , context] = sizes;
      names.forEach((name, i) => {
        const text = told(sizes[i + 1]);
        this.part(name).setAttribute("aria-valuetext", text);
        this.part(`${name}-shown`).textContent = text;
      });
      const found = Object.entries(presets).find(([, each]) => each.every((size, i) => size === sizes[i]));
      preset.value = found ? found[0] : own;
      const knobs = knobsOf(...sizes), total = sum(knobs);
      const memory = bytesOf(total, layers, width, context);
      const most = Math.max(...Object.values(knobs)), largest = Math.max(...Object.values(memory));
      this.part("knobs").replaceChildren(...Object.entries(knobs).map(([name, number]) => row(name, [told(number), percent(number / total)], number / most)));
      this.part("bytes").replaceChildren(...Object.entries(memory).map(([name, size]) => row(name, [sizeText(size)], size / largest)));
      const part = Object.keys(knobs).find((name) => knobs[name] === most);
      this.part("says").textContent = `${told(total)} knobs, ${short(total / smallest)} times those of microgpt. The largest part: ${part}, with ${percent(most / total)}.`;
    };

    preset.addEventListener("change", () => {
      set(presets[preset.value]);
      draw();
    });
    kind.addEventListener("change", draw);
    for (const name of names) this.part(name).addEventListener("input", draw);
    set(first);   // a browser may keep other ones from the last visit
    draw();
  }
}
define("gpt-sizes", Sizes);
