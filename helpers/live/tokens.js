// <gpt-tokens>: type a name, see its tokens and its (input, target) pairs.
import { LiveElement, define, make } from "./shell.js";

class Tokens extends LiveElement {
  start({ letters }) {
    const bos = letters.length;
    const input = this.part("name");
    const draw = () => {
      const characters = [...input.value.toLowerCase()];
      const unknown = characters.filter((character) => !letters.includes(character));
      const shown = [".", ...characters, "."];
      const ids = [bos, ...characters.map((character) => letters.indexOf(character)), bos];
      this.part("chips").replaceChildren(...shown.map((character, place) => {
        const known = ids[place] >= 0;
        const chip = make("li", character, { class: known ? "chip" : "chip unknown" });
        chip.append(make("small", known ? ids[place] : "no id"));
        return chip;
      }));
      const rows = unknown.length ? [] : ids.slice(1).map((target, step) => {
        const row = make("tr");
        row.append(make("td", shown.slice(0, step + 1).join("")), make("td", ids[step]), make("td", target), make("td", shown[step + 1]));
        return row;
      });
      this.part("pairs").replaceChildren(...rows);
      this.part("says").textContent = unknown.length
        ? `Not in the vocabulary: ${[...new Set(unknown)].join(" ")}. A tokenizer must say so, not guess.`
        : `${characters.length} letter${characters.length === 1 ? "" : "s"}, ${ids.length} tokens, ${ids.length - 1} question${ids.length === 2 ? "" : "s"}.`;
    };
    input.addEventListener("input", draw);
  }
}
define("gpt-tokens", Tokens);
