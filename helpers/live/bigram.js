// <gpt-bigram>: the bigram table, a row at a time, and names rolled from it token by token.
import { LiveElement, define, make } from "./shell.js";
import { pick, randomNumbers } from "./random.js";

class Bigram extends LiveElement {
  start({ tokens, counts, cell, edge, shown, longest }) {
    const bos = tokens.length - 1;
    const totals = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
    const percent = (part, whole) => `${(100 * part / Math.max(whole, 1)).toFixed(1)} %`;
    const random = randomNumbers(1);
    const grid = this.part("grid");
    let trail = [bos];
    let over = false;
    let place = { before: bos, after: 0 };   // where the keyboard stands on the map

    const say = (text) => { this.part("says").textContent = text; };
    const light = (before) => {
      const row = counts[before];
      const ids = [...tokens.keys()].filter((id) => row[id]).sort((one, other) => row[other] - row[one]);
      const lines = ids.slice(0, shown).map((id) => [tokens[id], row[id]]);
      const rest = ids.slice(shown);
      if (rest.length) lines.push([`${rest.length} more`, rest.reduce((sum, id) => sum + row[id], 0)]);
      this.part("followers").replaceChildren(...lines.map(([name, count]) => {
        const line = make("tr");
        const wide = make("td", "", { class: "wide" });
        const width = `width:${(100 * count / totals[before] / longest).toFixed(1)}%`;
        if (tokens.includes(name)) wide.append(make("span", "", { class: "bar", style: width }));
        const cells = [count.toLocaleString("en"), percent(count, totals[before])].map((text) => make("td", text));
        line.append(make("th", name, { scope: "row" }), ...cells, wide);
        return line;
      }));
      this.part("before").textContent = tokens[before];
      this.part("row").value = tokens[before];
      this.part("lit").setAttribute("y", edge - 1 + cell * before);
    };
    const look = (before, after) => {
      place = { before, after };
      light(before);
      const count = counts[before][after];
      const share = percent(count, totals[before]);
      say(`${tokens[before]} then ${tokens[after]}: ${count.toLocaleString("en")} times, ${share} of the row.`);
    };
    const chip = (id, note) => {
      const item = make("li", tokens[id], { class: "chip" });
      item.append(make("small", note));
      return item;
    };
    const anew = () => {
      trail = [bos];
      over = false;
      this.part("trail").replaceChildren(chip(bos, "start"));
      light(bos);
      say("A name begins in the row of the dot.");
    };
    const roll = () => {
      if (over) anew();
      const before = trail.at(-1);
      const next = pick(counts[before], random());
      const share = percent(counts[before][next], totals[before]);
      trail.push(next);
      over = next === bos;
      this.part("trail").append(chip(next, share));
      light(before);
      const name = trail.map((id) => (id === bos ? "" : tokens[id])).join("");
      say(over ? `From row ${tokens[before]}: the end, with ${share}. The name is over: ${name || "(empty)"}.`
        : `From row ${tokens[before]}: ${tokens[next]}, with ${share}. So far: ${name}.`);
    };

    this.part("roll").addEventListener("click", roll);
    this.part("anew").addEventListener("click", anew);
    this.part("row").addEventListener("input", (event) => {
      place.before = tokens.indexOf(event.target.value);
      light(place.before);
      say(`What follows ${event.target.value}: seen ${totals[place.before].toLocaleString("en")} times.`);
    });
    const pointed = (event) => {
      const box = grid.getBoundingClientRect();
      const scale = grid.viewBox.baseVal.width / box.width;
      const square = (at) => Math.floor((at * scale - edge) / cell);
      const [before, after] = [square(event.clientY - box.top), square(event.clientX - box.left)];
      const inside = Math.min(before, after) >= 0 && Math.max(before, after) <= bos;
      if (inside && (before !== place.before || after !== place.after)) look(before, after);
    };
    grid.addEventListener("pointermove", pointed);
    grid.addEventListener("pointerdown", pointed);
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    grid.addEventListener("keydown", (event) => {
      if (!(event.key in steps)) return;
      event.preventDefault();   // or the page scrolls
      const [down, right] = steps[event.key];
      const inside = (at) => Math.min(Math.max(at, 0), bos);
      look(inside(place.before + down), inside(place.after + right));
    });
    grid.setAttribute("role", "application");
    grid.setAttribute("tabindex", "0");
    grid.setAttribute("aria-label", `${grid.getAttribute("aria-label")} Arrow keys move over it.`);
  }
}
define("gpt-bigram", Bigram);
