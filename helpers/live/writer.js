// <gpt-writer>: begin a name, see what may come next, and let a trigram finish it.
import { LiveElement, define, make } from "./shell.js";
import { pick, randomNumbers } from "./random.js";

const LONGEST = 15, KEPT = 12;

class Writer extends LiveElement {
  start({ tokens, counts, constant, shown }) {
    const bos = tokens.length - 1;
    const random = randomNumbers(1);
    const begun = this.part("begun");
    const say = (text) => { this.part("says").textContent = text; };

    // As helpers.counting.ngram: the last two tokens, and `constant` added to each count.
    const predict = (name) => {
      const row = new Array(tokens.length).fill(constant);
      const seen = counts[`.${name}`.slice(-2)] ?? [];
      for (let i = 0; i < seen.length; i += 2) row[seen[i]] += seen[i + 1];
      const total = row.reduce((sum, count) => sum + count, 0);
      return row.map((count) => count / total);
    };
    const draw = () => {
      const probabilities = predict(begun.value);
      const best = [...tokens.keys()].sort((one, other) => probabilities[other] - probabilities[one]).slice(0, shown);
      this.part("next").replaceChildren(...best.map((id) => {
        const button = make("button", "", { type: "button", "data-token": tokens[id] });
        button.append(make("b", tokens[id]), ` ${(100 * probabilities[id]).toFixed(1)} %`);
        button.addEventListener("click", () => {
          append(id);
          this.part("next").querySelector("button").focus();   // the old buttons are gone
        });
        return button;
      }));
    };
    const append = (id) => {
      const name = begun.value;
      if (id === bos || name.length >= LONGEST) {
        this.part("names").prepend(make("li", name || "(empty)", { class: "chip" }));
        while (this.part("names").children.length > KEPT) this.part("names").lastChild.remove();
        begun.value = "";
        say(`Written: ${name || "an empty name"}.`);
      } else {
        begun.value = name + tokens[id];
        say(`So far: ${begun.value}`);
      }
      draw();
      return begun.value === "";
    };
    const roll = () => append(pick(predict(begun.value), random()));

    begun.addEventListener("input", () => {
      const known = [...begun.value.toLowerCase()].filter((letter) => tokens.slice(0, bos).includes(letter)).join("");
      const lost = begun.value.length - known.length;
      begun.value = known;
      say(lost ? "Only the letters a to z: the model knows no others." : `So far: ${known || "nothing"}`);
      draw();
    });
    this.part("roll").addEventListener("click", roll);
    this.part("finish").addEventListener("click", () => { while (!roll()); });
    draw();
  }
}
define("gpt-writer", Writer);
