// <gpt-attention>: type a name, pick a letter, see what each head reads.
import { LiveElement, counted, define, make, visible } from "./shell.js";
import { inside, unpackWeights } from "./gpt.js";

// An element of a drawing.
function draw(tag, attributes, text = "") {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.textContent = text;
  return element;
}

class Attention extends LiveElement {
  start({ letters, models, sizes: [left, top, high, lettersHigh, rowHigh], columns: [narrow, wide, room, roomy] }) {
    const weights = models.map(unpackWeights);
    const longest = weights[0].config.context_length - 1;
    const bos = letters.length;
    const capitals = letters.some((letter) => letter !== letter.toLowerCase());
    const input = this.part("name");
    const switches = [...this.part("models").children];
    // The name that is drawn (what is typed may be none), who reads, and on which weights.
    let name, at, chosen = 0, layer = 0;

    const tokens = () => [".", ...name.map(visible)];
    const written = (weight, width) => {
      const text = weight.toFixed(2);
      return width >= roomy ? text : text.endsWith(".00") ? text[0] : text.slice(1);
    };
    const drawHead = (rows, h) => {
      const shown = tokens();
      const T = shown.length;
      const width = Math.max(narrow, Math.min(wide, Math.floor(room / T)));
      const base = top + high;
      const firstRow = base + lettersHigh;
      const middle = (s) => left + width * (s + 0.5);
      const kind = (t) => (t === at ? "asks" : "letter");
      const label = [...rows[at]].map((weight, s) => `${shown[s]} at ${s}: ${weight.toFixed(2)}`).join(", ");
      const svg = draw("svg", {
        class: "head-reads", width: left + width * T + 2, height: firstRow + rowHigh * T + 2, role: "img",
        "aria-label": `Head ${h}, weights of ${shown[at]} at position ${at}. ${label}.`,
      });
      svg.append(
        draw("path", { class: "scale", d: `M${left} ${top}h${width * T}M${left} ${base}h${width * T}` }),
        draw("text", { class: "end", x: left - 4, y: top + 4 }, "1"), draw("text", { class: "end", x: left - 4, y: base + 4 }, "0"),
      );
      rows[at].forEach((weight, s) => svg.append(
        draw("rect", { class: "reads", x: left + width * s + 2, y: (base - high * weight).toFixed(1), width: width - 4, height: (high * weight).toFixed(1) }),
        draw("text", { class: width >= roomy ? "number" : "number narrow", x: middle(s), y: (base - high * weight - 3).toFixed(1) }, written(weight, width)),
      ));
      svg.append(...shown.map((token, s) => draw("text", { class: kind(s), x: middle(s), y: base + 15 }, token)));
      rows.forEach((row, t) => {
        const y = firstRow + rowHigh * t;
        const group = draw("g", { "data-row": t });
        group.append(draw("rect", { class: "all", x: 0, y, width: left + width * T, height: rowHigh }));
        row.forEach((weight, s) => group.append(
          draw("rect", { class: "cell", x: left + width * s, y, width, height: rowHigh, "fill-opacity": weight.toFixed(3) }),
        ));
        group.append(draw("text", { class: kind(t), x: left / 2, y: y + 10 }, shown[t]));
        svg.append(group);
      });
      svg.append(draw("rect", { class: "lit", x: left, y: firstRow + rowHigh * at, width: width * (at + 1), height: rowHigh }));
      const head = make("div", "", { class: "head" });
      head.append(make("b", `Head ${h}`), svg);
      return head;
    };
    const sentence = (heads) => {
      const shown = tokens();
      if (at === 0) return `Position 0, ${shown[0]}: nothing stands before it, so every head reads itself, with weight 1.`;
      const parts = heads.map((rows, h) => {
        const most = rows[at].indexOf(Math.max(...rows[at]));
        const source = most === at ? "itself" : `${shown[most]} at position ${most}`;
        return `head ${h} ${h === 0 ? "reads most from" : "from"} ${source} (${rows[at][most].toFixed(2)})`;
      });
      return `Position ${at}, ${shown[at]}: ${parts.join(", ")}.`;
    };
    const redraw = () => {
      const ids = [bos, ...name.map((letter) => letters.indexOf(letter))];
      const heads = inside(weights[chosen], ids).layers[layer].attention.weights;
      this.part("heads").replaceChildren(...heads.map(drawHead));
      this.part("says").textContent = sentence(heads);
      [...this.part("chips").children].forEach((chip, t) => {
        chip.setAttribute("aria-checked", t === at);
        chip.setAttribute("tabindex", t === at ? 0 : -1);
      });
      switches.forEach((button, number) => button.setAttribute("aria-pressed", number === chosen));
    };
    const choose = (position) => {
      at = Math.max(0, Math.min(position, name.length));
      redraw();
    };
    const take = (characters) => {
      name = characters;
      this.part("chips").replaceChildren(...tokens().map((token, t) => {
        const chip = make("button", token, { type: "button", class: "chip", role: "radio", "aria-label": `${token} at position ${t}` });
        chip.append(make("small", t));
        return chip;
      }));
      choose(name.length);
    };
    const typed = () => {
      const text = input.value.normalize("NFC");   // a letter and its accent are one character
      const characters = [...(capitals ? text : text.toLowerCase())];
      const unknown = [...new Set(characters.filter((character) => !letters.includes(character)))];
      const refused = unknown.length > 0 || characters.length > longest;
      input.setAttribute("aria-invalid", refused);
      if (!refused) {
        take(characters);
        return;
      }
      const problem = unknown.length
        ? `Not in the vocabulary: ${unknown.map((character) => (character === " " ? "space" : visible(character))).join(", ")}.`
        : `The model reads at most ${counted(longest, "letter")}, and this has ${characters.length}.`;
      this.part("says").textContent = `${problem} Below is still ${name.length ? name.join("") : "the empty name"}.`;
    };

    input.addEventListener("input", (event) => { if (!event.isComposing) typed(); });
    input.addEventListener("compositionend", typed);
    switches.forEach((button, number) => button.addEventListener("click", () => {
      chosen = number;
      redraw();
    }));
    this.part("layer").addEventListener("change", (event) => {
      layer = event.target.selectedIndex;
      redraw();
    });
    this.part("chips").addEventListener("click", (event) => {
      const chip = event.target.closest("button");
      if (chip) choose([...chip.parentElement.children].indexOf(chip));
    });
    this.part("chips").addEventListener("keydown", (event) => {
      const goes = { ArrowLeft: at - 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowDown: at + 1, Home: 0, End: name.length };
      if (!(event.key in goes) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();   // or the page scrolls
      choose(goes[event.key]);
      this.part("chips").children[at].focus();
    });
    this.part("heads").addEventListener("click", (event) => {
      const row = event.target.closest("[data-row]");
      if (row) choose(Number(row.dataset.row));
    });
    take([...input.value]);
  }
}
define("gpt-attention", Attention);
