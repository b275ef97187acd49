// <gpt-tokens>: type a name, see its tokens and its (input, target) pairs.
import { LiveElement, counted, define, make, visible } from "./shell.js";

class Tokens extends LiveElement {
  start({ letters, longest }) {
    const bos = letters.length;
    const capitals = letters.some((letter) => letter !== letter.toLowerCase());
    const input = this.part("name");

    const draw = () => {
      const typed = input.value.normalize("NFC");   // a letter and its accent are one character
      const small = capitals ? typed : typed.toLowerCase();
      const characters = [...small].slice(0, longest);
      const unknown = [...new Set(characters.filter((character) => !letters.includes(character)))];
      const shown = [".", ...characters.map(visible), "."];
      const ids = [bos, ...characters.map((character) => letters.indexOf(character)), bos];

      this.part("chips").replaceChildren(...shown.map((character, place) => {
        const known = ids[place] >= 0;
        const chip = make("li", character, { class: known ? "chip" : "chip unknown" });
        chip.append(make("small", known ? ids[place] : "no id"));
        return chip;
      }));
      const rows = unknown.length ? [] : ids.slice(1).map((target, step) => {
        const row = make("tr");
        row.append(
          make("td", shown.slice(0, step + 1).join(""), { class: "wraps" }),
          make("td", ids[step]), make("td", target), make("td", shown[step + 1]),
        );
        return row;
      });
      this.part("pairs").replaceChildren(...rows);

      const names = unknown.map((character) => (character === " " ? "space" : visible(character)));
      const text = [unknown.length
        ? `Not in the vocabulary: ${names.join(", ")}. A tokenizer must say so, not guess.`
        : `${counted(characters.length, "letter")}, ${counted(ids.length, "token")}, ${counted(ids.length - 1, "question")}.`];
      if (small !== typed) text.push("Capitals become small letters.");
      if ([...small].length > longest) text.push(`Only the first ${longest} characters are drawn.`);
      this.part("says").textContent = text.join(" ");
    };
    input.addEventListener("input", draw);
    draw();
  }
}
define("gpt-tokens", Tokens);
