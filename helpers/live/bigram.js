// <gpt-bigram>: the bigram table, a row at a time, and names rolled from it token by token.
import { LiveElement, bar, define, make, percent } from "./shell.js";
import { pick, randomNumbers, seedOf } from "./random.js";

class Bigram extends LiveElement {
  start({ tokens, counts, cell, edge, shown }) {
    const bos = tokens.length - 1;
    const totals = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
    const fraction = (count, before) => count / Math.max(totals[before], 1);
    const longest = Math.max(...counts.map((row, before) => fraction(Math.max(...row), before)));   // has a full bar
    const random = randomNumbers(seedOf(this));
    const grid = this.part("grid");
    // The name so far; the row that the next roll asks is that of its last token. `rolled` is the square that the last roll hit.
    let trail, rolled, sentence;
    let pointed = null;   // the square that the reader looks at, if any

    const row = () => trail.at(-1);
    const draw = () => {
      const before = pointed?.before ?? row();
      const ids = [...tokens.keys()].filter((id) => counts[before][id]).sort((one, other) => counts[before][other] - counts[before][one]);
      const lines = ids.slice(0, shown).map((id) => [tokens[id], counts[before][id], [bar(fraction(counts[before][id], before) / longest)]]);
      const rest = ids.slice(shown);
      if (rest.length) lines.push([`${rest.length} more`, rest.reduce((sum, id) => sum + counts[before][id], 0), []]);
      this.part("followers").replaceChildren(...lines.map(([name, count, itsBar]) => {
        const line = make("tr");
        const wide = make("td", "", { class: "wide" });
        wide.append(...itsBar);
        line.append(make("th", name, { scope: "row" }), make("td", count.toLocaleString("en")), make("td", percent(fraction(count, before))), wide);
        return line;
      }));
      this.part("before").textContent = tokens[before];
      this.part("row").selectedIndex = row();
      this.part("lit").setAttribute("y", edge - 1 + cell * before);
      const square = pointed ?? rolled;
      this.part("mark").setAttribute("visibility", square ? "visible" : "hidden");
      this.part("mark").setAttribute("x", square ? edge - 1 + cell * square.after : 0);
      this.part("mark").setAttribute("y", square ? edge - 1 + cell * square.before : 0);
      let text = sentence;
      if (pointed) {
        const count = counts[before][pointed.after];
        text = totals[before]
          ? `${tokens[before]} then ${tokens[pointed.after]}: ${count.toLocaleString("en")} times, a probability of ${percent(fraction(count, before))}.`
          : `The row of ${tokens[before]} is empty: nothing was counted there.`;
      }
      this.part("says").textContent = text;
    };
    const look = (square) => {
      pointed = square;
      draw();
    };
    const chip = (id, note) => {
      const item = make("li", tokens[id], { class: "chip" });
      item.append(make("small", note));
      return item;
    };
    const startAt = (token) => {
      trail = [token];
      rolled = null;
      pointed = null;
      this.part("trail").replaceChildren(chip(token, "start"));
      sentence = token === bos ? "A name begins in the row of the dot."
        : `The row of ${tokens[token]}: ${totals[token].toLocaleString("en")} counted. The next roll asks it.`;
      draw();
    };
    const roll = () => {
      if (trail.length > 1 && row() === bos) startAt(bos);   // the last name is over
      const before = row();
      // An empty row knows nothing, and becomes the blind guess.
      const weights = totals[before] ? counts[before] : tokens.map(() => 1);
      const after = pick(weights, random());
      const probability = percent(totals[before] ? fraction(counts[before][after], before) : 1 / tokens.length);
      trail.push(after);
      rolled = { before, after };
      pointed = null;
      this.part("trail").append(chip(after, probability));
      const name = trail.filter((id) => id !== bos).map((id) => tokens[id]).join("");
      sentence = after === bos
        ? `The row of ${tokens[before]} was asked: the end, with ${probability}. The name is over: ${name || "an empty one"}.`
        : `The row of ${tokens[before]} was asked: ${tokens[after]}, with ${probability}. So far: ${name}. Next, the row of ${tokens[after]}.`;
      draw();
    };

    this.part("roll").addEventListener("click", roll);
    this.part("anew").addEventListener("click", () => startAt(bos));
    this.part("row").addEventListener("input", (event) => startAt(event.target.selectedIndex));

    const squareAt = (event) => {
      const box = grid.getBoundingClientRect();
      const place = (at) => Math.floor((at * grid.viewBox.baseVal.width / box.width - edge) / cell);
      const [before, after] = [place(event.clientY - box.top), place(event.clientX - box.left)];
      return Math.min(before, after) >= 0 && Math.max(before, after) <= bos ? { before, after } : null;
    };
    grid.addEventListener("pointermove", (event) => {
      const square = squareAt(event);
      if (square && (square.before !== pointed?.before || square.after !== pointed?.after)) look(square);
    });
    grid.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") look(null); });
    grid.addEventListener("blur", () => look(null));
    grid.addEventListener("click", (event) => {
      const square = squareAt(event);
      if (!square) return;
      startAt(square.before);
      look(square);
    });
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    grid.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();   // or the page scrolls
        startAt(pointed?.before ?? row());
      }
      if (!(event.key in steps)) return;
      event.preventDefault();
      const [down, right] = steps[event.key];
      const from = pointed ?? rolled ?? { before: row(), after: 0 };
      const inside = (at) => Math.min(Math.max(at, 0), bos);
      look({ before: inside(from.before + down), after: inside(from.after + right) });
    });
    grid.setAttribute("role", "application");
    grid.setAttribute("tabindex", "0");
    grid.setAttribute("aria-label", `${grid.getAttribute("aria-label")} Arrow keys move over it, Enter chooses the row.`);
    startAt(bos);
  }
}
define("gpt-bigram", Bigram);
