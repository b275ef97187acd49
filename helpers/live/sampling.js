// <gpt-sampling>: from logits to the next token in four columns, and names from a die with a seed.
import { LiveElement, bar, define, make, percent } from "./shell.js";
import { softmax, unpackWeights } from "./gpt.js";
import { nextProbabilities, ranked, readAll, write } from "./generate.js";
import { pick, randomNumbers, seedOf } from "./random.js";

class Sampling extends LiveElement {
  start({ labels, bos, weights: packed, rows, nNames, largest }) {
    const weights = unpackWeights(packed);
    const { vocab_size: nTokens, context_length: longest } = weights.config;
    const seeds = randomNumbers(seedOf(this));   // of the button that gives another one
    const start = () => (this.part("origin").options.length ? bos + 1 + this.part("origin").selectedIndex : bos);
    // The name so far: token ids, the start first, and what each after it had. The die has been thrown so many times.
    let trail, chances, seed, random, thrown;

    const sum = (ids, numbers) => ids.reduce((total, id) => total + numbers[id], 0);
    const spelled = (ids) => ids.map((id) => (id < bos ? labels[id] : `[${labels[id]}]`)).join("") || "(no letter)";
    const how = () => {
      const value = (part) => Number(this.part(part).value);
      return { temperature: value("temperature"), topK: value("k") < nTokens ? value("k") : null, topP: value("p") < 1 ? value("p") : null };
    };
    const isOver = () => trail.length > longest || (trail.length > 1 && trail.at(-1) === bos);
    const context = () => (isOver() ? trail.slice(0, 1) : trail);
    const throwDice = () => {
      thrown += 1;
      return random();
    };
    const throwFrom = (n) => {   // the dice of this seed, after n throws
      random = randomNumbers(seed);
      for (thrown = 0; thrown < n; thrown++) random();
    };

    const line = (head, numbers, own, now) => {
      const row = make("tr"), last = make("td", "", { class: "wide" }), chance = make("div", "", { class: "chance" });
      const bars = make("span", "", { class: "bars" }), thin = make("span", "", { class: "own" });
      thin.append(bar(own));
      bars.append(thin, bar(now));
      chance.append(make("span", percent(now)), bars);
      last.append(chance);
      row.append(head, ...numbers.map((text) => make("td", text)), last);
      return row;
    };
    const drawLines = (logits, { divided, cut, probabilities }) => {
      const own = softmax(logits);
      const order = ranked(logits), rest = order.slice(rows);
      const lines = order.slice(0, rows).map((id) => {
        const head = make("th", "", { scope: "row" }), out = cut[id] === -Infinity;
        head.append(make("button", labels[id], { type: "button", "data-id": id, "aria-disabled": out }));
        return line(head, [logits[id].toFixed(2), divided[id].toFixed(2), out ? "-∞" : cut[id].toFixed(2)], own[id], probabilities[id]);
      });
      if (rest.length) lines.push(line(make("th", `${rest.length} more`, { scope: "row", colspan: 4 }), [], sum(rest, own), sum(rest, probabilities)));
      this.part("lines").replaceChildren(...lines);
      const kept = order.filter((id) => cut[id] !== -Infinity);
      this.part("left").textContent = kept.length === nTokens ? `Nothing is cut: all ${nTokens} tokens can come.`
        : `The cut leaves ${kept.length} of ${nTokens} tokens, which had ${percent(sum(kept, softmax(divided)))} before it.`;
    };
    const drawNames = () => {
      const dice = randomNumbers(seed);
      for (let i = 0; i < thrown; i++) dice();
      this.part("names").replaceChildren(...Array.from({ length: nNames }, () => {
        const ids = write(weights, context(), bos, dice, how());
        return make("li", spelled(ids.slice(1)) + (ids.length > longest ? "…" : ""), { class: "chip" });
      }));
    };
    const sentence = () => {
      if (trail.length === 1) return `Nothing written so far. The model has read one token: ${trail[0] === bos ? "the dot" : labels[trail[0]]}.`;
      const had = `${trail.at(-1) === bos ? "Its end" : labels[trail.at(-1)]} had ${percent(chances.at(-1))}.`;
      if (trail.at(-1) === bos) return `Written: ${spelled(trail.slice(1, -1))}. ${had} The next roll begins another name.`;
      if (isOver()) return `Cut off: ${spelled(trail.slice(1))}. The model reads at most ${longest} tokens. The next roll begins another name.`;
      return `So far: ${spelled(trail.slice(1))}. ${had}`;
    };
    const draw = () => {
      const { logits } = readAll(weights, context());
      drawLines(logits, nextProbabilities(logits, how()));
      drawNames();
      this.part("trail").replaceChildren(...trail.map((id, place) => {
        const item = make("li", labels[id], { class: "chip" });
        item.append(make("small", place ? percent(chances[place - 1]) : "start"));
        return item;
      }));
      this.part("says").textContent = sentence();
    };
    const say = (text) => { this.part("says").textContent = text; };

    // The next token: `choose` says which, from the probabilities.
    const go = (choose) => {
      if (isOver()) [trail, chances] = [[start()], []];
      const { probabilities } = nextProbabilities(readAll(weights, trail).logits, how());
      const id = choose(probabilities);
      trail.push(id);
      chances.push(probabilities[id]);
    };
    const roll = () => go((probabilities) => pick(probabilities, throwDice()));
    const anew = () => {
      [trail, chances] = [[start()], []];
      throwFrom(0);
      draw();
    };
    const press = (button) => {
      const id = Number(button.dataset.id);
      if (button.getAttribute("aria-disabled") === "true") {
        say(`${labels[id]} is cut: with these settings it cannot come.`);
        return;
      }
      go(() => id);
      draw();
      this.part("lines").querySelector("button").focus();   // the old buttons are gone
    };
    const show = () => {   // the sliders' numbers
      const { temperature, topK, topP } = how();
      for (const [part, text] of [["temperature", temperature.toFixed(1)], ["k", topK ?? "all"], ["p", topP?.toFixed(2) ?? "all"]]) {
        this.part(`${part}-shown`).textContent = text;
        this.part(part).setAttribute("aria-valuetext", text);
      }
    };
    const takeSeed = (text) => {
      const known = /^\d+$/.test(text) && Number(text) <= largest;
      this.part("seed").setAttribute("aria-invalid", !known);
      if (!known) {
        say(`A seed is a whole number from 0 to ${largest.toLocaleString("en")}. The die still has seed ${seed}.`);
        return;
      }
      seed = Number(text);
      anew();
    };

    for (const part of ["temperature", "k", "p"]) this.part(part).addEventListener("input", () => {
      show();
      draw();
    });
    this.part("origin").addEventListener("change", anew);
    this.part("seed").addEventListener("input", (event) => takeSeed(event.target.value.trim()));
    this.part("another").addEventListener("click", () => {
      this.part("seed").value = Math.floor(10000 * seeds());
      takeSeed(this.part("seed").value);
    });
    this.part("roll").addEventListener("click", () => {
      roll();
      draw();
    });
    this.part("finish").addEventListener("click", () => {
      do roll(); while (!isOver());
      draw();
    });
    this.part("anew").addEventListener("click", anew);
    this.part("lines").addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (button) press(button);
    });
    for (const input of this.querySelectorAll("input")) input.value = input.defaultValue;   // a browser may keep another one from the last visit
    for (const option of this.part("origin").options) option.selected = option.defaultSelected;
    show();
    takeSeed(this.part("seed").value);
  }
}
define("gpt-sampling", Sampling);
