// <gpt-writer>: choose an origin, begin a name, see what may come next, and let a GPT finish it.
import { LiveElement, bar, counted, define, make, percent, visible } from "./shell.js";
import { unpackWeights } from "./gpt.js";
import { nextProbabilities, ranked, readAll } from "./generate.js";
import { pick, randomNumbers, seedOf } from "./random.js";

const KEPT = 12;   // names that stay in view

class Writer extends LiveElement {
  start({ letters, origins, shares, any, weights: packed, shown }) {
    const weights = unpackWeights(packed);
    const tokens = [...letters, "."], bos = letters.length, longest = weights.config.context_length - 1;
    const random = randomNumbers(seedOf(this));
    const begun = this.part("begun"), select = this.part("origin");
    let origin;   // of the name that is being written: its place among the origins
    const say = (text) => { this.part("says").textContent = text; };

    // As `next_letters` in writer.py: of letters and the end alone.
    const predict = (name) => {
      const ids = [bos + 1 + origin, ...[...name].map((letter) => letters.indexOf(letter))];
      return nextProbabilities(readAll(weights, ids).logits.subarray(0, bos + 1)).probabilities;
    };
    // The chosen origin, or one drawn for the next name.
    const takeOrigin = () => {
      const isAny = select.value === any;
      origin = isAny ? pick(shares, random()) : origins.indexOf(select.value);
      this.part("drawn").textContent = isAny ? `Drawn for this name: ${origins[origin]}` : "";
    };
    const choice = (element, label, probability) => {
      const track = make("span", "", { class: "track" });
      track.append(bar(probability));
      element.append(make("b", label), track, make("span", percent(probability)));
      return element;
    };
    const draw = () => {
      const probabilities = predict(begun.value);
      const order = ranked(probabilities);
      const buttons = order.slice(0, shown).map((id) => {
        const button = make("button", "", { type: "button", class: "choice", "data-token": tokens[id] });
        button.addEventListener("click", () => {
          append(id);
          draw();
          this.part("next").querySelector("button").focus();   // the old buttons are gone
        });
        return choice(button, tokens[id], probabilities[id]);
      });
      const rest = order.slice(shown).reduce((sum, id) => sum + probabilities[id], 0);
      this.part("next").replaceChildren(...buttons, choice(make("div", "", { class: "choice" }), `${tokens.length - shown} more`, rest));
    };
    // Add a token to the name; at the dot, or where there is no more room, the name is over.
    const append = (id) => {
      const name = begun.value;
      const over = id === bos || name.length >= longest;
      if (over) {
        const chip = make("li", name || "(empty)", { class: "chip" });
        chip.append(make("small", origins[origin]));
        this.part("names").prepend(chip);
        while (this.part("names").children.length > KEPT) this.part("names").lastChild.remove();
        const from = ` (${origins[origin]}).`;
        say((id === bos ? `Written: ${name || "an empty name"}` : `Cut off after ${counted(longest, "letter")}: ${name}`) + from);
        takeOrigin();
      } else {
        say(`So far: ${name}${tokens[id]}`);
      }
      begun.value = over ? "" : name + tokens[id];
      return over;
    };
    const roll = () => append(pick(predict(begun.value), random()));
    const finish = () => {
      while (!roll());
      draw();
    };

    // What of a text the model knows, and what it does not.
    const sort = (text) => {
      const characters = [...text.normalize("NFC").toLowerCase()];
      return [characters.filter((letter) => letters.includes(letter)), characters.filter((letter) => !letters.includes(letter))];
    };
    const typed = () => {
      const [known, unknown] = sort(begun.value);
      const name = known.slice(0, longest).join("");
      if (begun.value !== name) {   // and the caret stays behind the letters that it stood behind
        const caret = sort(begun.value.slice(0, begun.selectionStart))[0].length;
        begun.value = name;
        begun.setSelectionRange(caret, caret);
      }
      const names = [...new Set(unknown)].map((letter) => ({ " ": "space", ".": "dot" }[letter] ?? visible(letter)));
      if (unknown.length) say(`Left out: ${names.join(", ")}. The model knows only ${tokens[0]} to ${tokens[bos - 1]}.`);
      else say(known.length > longest ? `At most ${counted(longest, "letter")}: ${name}` : `So far: ${name || "nothing"}`);
      draw();
    };
    begun.addEventListener("input", (event) => { if (!event.isComposing) typed(); });
    begun.addEventListener("compositionend", typed);   // an accent of its own key, or a letter of several keys
    begun.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) finish(); });
    this.part("roll").addEventListener("click", () => {
      roll();
      draw();
    });
    this.part("finish").addEventListener("click", finish);
    select.addEventListener("change", () => {
      takeOrigin();
      say(`So far: ${begun.value || "nothing"}`);
      draw();
    });
    begun.value = "";   // a browser may keep another one from the last visit, and another origin
    for (const option of select.options) option.selected = option.defaultSelected;
    takeOrigin();
    draw();
  }
}
define("gpt-writer", Writer);
