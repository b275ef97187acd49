// <gpt-writer>: begin a name, see what may come next, and let a trigram finish it.
import { LiveElement, bar, counted, define, make, percent, visible } from "./shell.js";
import { pick, randomNumbers, seedOf } from "./random.js";

const KEPT = 12;   // names that stay in view

class Writer extends LiveElement {
  start({ tokens, counts, constant, shown, longest }) {
    const bos = tokens.length - 1;
    const random = randomNumbers(seedOf(this));
    const begun = this.part("begun");
    const say = (text) => { this.part("says").textContent = text; };

    // As helpers.counting.ngram: the last two tokens, and `constant` added to each count.
    const predict = (name) => {
      const row = new Array(tokens.length).fill(constant);
      const followers = counts[`.${name}`.slice(-2)] ?? [];
      for (let i = 0; i < followers.length; i += 2) row[followers[i]] += followers[i + 1];
      const total = row.reduce((sum, count) => sum + count, 0);
      return row.map((count) => count / total);
    };
    const choice = (element, label, probability) => {
      const track = make("span", "", { class: "track" });
      track.append(bar(probability));
      element.append(make("b", label), track, make("span", percent(probability)));
      return element;
    };
    const draw = () => {
      const probabilities = predict(begun.value);
      const order = [...tokens.keys()].sort((one, other) => probabilities[other] - probabilities[one]);
      const buttons = order.slice(0, shown).map((id) => {
        const button = make("button", "", { type: "button", class: "choice", "data-token": tokens[id] });
        button.addEventListener("click", () => {
          append(id);
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
        this.part("names").prepend(make("li", name || "(empty)", { class: "chip" }));
        while (this.part("names").children.length > KEPT) this.part("names").lastChild.remove();
        say(id === bos ? `Written: ${name || "an empty name"}.` : `Cut off after ${counted(longest, "letter")}: ${name}.`);
      } else {
        say(`So far: ${name}${tokens[id]}`);
      }
      begun.value = over ? "" : name + tokens[id];
      draw();
      return over;
    };
    const roll = () => append(pick(predict(begun.value), random()));
    const finish = () => { while (!roll()); };

    // What of a text the model knows, and what it does not.
    const sort = (text) => {
      const characters = [...text.normalize("NFC").toLowerCase()];
      const letters = tokens.slice(0, bos);
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
      const names = [...new Set(unknown)].map((letter) => (letter === " " ? "space" : visible(letter)));
      if (unknown.length) say(`Left out: ${names.join(", ")}. The model knows only ${tokens[0]} to ${tokens[bos - 1]}.`);
      else say(known.length > longest ? `At most ${counted(longest, "letter")}: ${name}` : `So far: ${name || "nothing"}`);
      draw();
    };
    begun.addEventListener("input", (event) => { if (!event.isComposing) typed(); });
    begun.addEventListener("compositionend", typed);   // an accent of its own key, or a letter of several keys
    begun.addEventListener("keydown", (event) => { if (event.key === "Enter" && !event.shiftKey && !event.isComposing) finish(); });
    this.part("roll").addEventListener("click", roll);
    this.part("finish").addEventListener("click", finish);
    draw();
  }
}
define("gpt-writer", Writer);
