// <gpt-broadcast>: choose two shapes and an entry, see where it is used and what its gradient sums.
import { LiveElement, define, make } from "./shell.js";

const textOf = (shape) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
const padded = (shape) => [...Array(2 - shape.length).fill(null), ...shape];
const places = (shape) => shape.reduce((found, size) => found.flatMap((place) => [...Array(size).keys()].map((i) => [...place, i])), [[]]);

class Broadcast extends LiveElement {
  start({ shapes, rule, axes }) {
    const chosen = { name: "a", place: "0, 0" };
    const selects = { a: this.part("shape-a"), b: this.part("shape-b") };
    const shapeOf = (name) => shapes[selects[name].selectedIndex];

    // What the rule says of the two shapes, axis by axis from the right: the text, and the shape of a + b or the axis that clashes.
    const fit = (a, b) => {
      const parts = [];
      const full = [];
      for (const axis of [1, 0]) {
        const sizes = { a: padded(a)[axis], b: padded(b)[axis] };
        if (sizes.a === null && sizes.b === null) continue;
        full.unshift(Math.max(sizes.a ?? 1, sizes.b ?? 1));
        if (sizes.a === sizes.b) continue;
        const repeated = ["a", "b"].filter((name) => sizes[name] === null || sizes[name] === 1);
        if (!repeated.length) {
          return { clash: axis, text: `They do not fit: under ${axes[axis]}, ${sizes.a} stands over ${sizes.b}. ${rule}` };
        }
        const name = repeated.length === 1 ? repeated[0] : repeated.find((each) => sizes[each] === null);
        const other = sizes[name === "a" ? "b" : "a"];
        parts.push(`${name} has ${sizes[name] === null ? `no axis for ${axes[axis]}` : `1 ${axes[axis].slice(0, -1)}`}`
          + (other > 1 ? `: it is repeated ${other} times.` : ", and gets one."));
      }
      return { full, text: parts.join(" ") || "They have the same shape: nothing is repeated." };
    };

    // Where in the result an entry of an array of this shape is used.
    const usesOf = (shape, place, full) => places(full).filter((spot) => {
      const own = spot.slice(full.length - shape.length);
      return own.every((i, axis) => shape[axis] === 1 || i === place[axis]);
    });

    const box = (name, shape, cells) => {
      const outer = make("div", "", { "data-part": name });
      const grid = make("div", "", { class: "entries", style: `grid-template-columns:repeat(${shape.at(-1) ?? 1},max-content)` });
      grid.append(...cells);
      outer.append(make("div", `${name} ${textOf(shape)}`), grid);
      return outer;
    };

    const draw = (focus = false) => {
      const { full, clash, text } = fit(shapeOf("a"), shapeOf("b"));
      const rows = [["a", shapeOf("a")], ["b", shapeOf("b")]];
      if (full) rows.push(["a + b", full]);
      this.part("lined").replaceChildren(...rows.map(([name, shape]) => {
        const row = make("tr");
        row.append(make("th", name, { scope: "row" }));
        row.append(...padded(shape).map((size, axis) => make("td", size ?? "", axis === clash ? { class: "clash" } : {})));
        return row;
      }));
      this.part("fits").textContent = text;
      if (!full) {
        this.part("entries").replaceChildren();
        this.part("says").textContent = "Without a + b there is no gradient.";
        return;
      }
      const spots = places(full);
      const gradAt = (spot) => 1 + spots.findIndex((other) => other.join() === spot.join());
      let lit = [];
      const boxes = ["a", "b"].map((name) => {
        const shape = shapeOf(name);
        return box(name, shape, places(shape).map((place) => {
          const index = place.join(", ");
          const who = `${name}${place.length ? `[${index}]` : ""}`;
          const uses = usesOf(shape, place, full);
          const sum = uses.reduce((total, spot) => total + gradAt(spot), 0);
          const on = chosen.name === name && chosen.place === index;
          if (on) {
            lit = uses.map((spot) => spot.join());
            this.part("says").textContent = uses.length === 1
              ? `${who} is used in 1 place. Its gradient is the one there: ${sum}.`
              : `${who} is used in ${uses.length} places. Its gradient is the sum over them: ${uses.map(gradAt).join(" + ")} = ${sum}.`;
          }
          const button = make("button", sum, {
            type: "button", class: "entry", "data-wakes": "", "aria-pressed": on, "data-place": index, "aria-label": `${who}, gradient ${sum}`,
          });
          button.addEventListener("click", () => { Object.assign(chosen, { name, place: index }); draw(true); });
          return button;
        }));
      });
      const result = spots.map((spot) => make("span", gradAt(spot), { class: lit.includes(spot.join()) ? "entry lit" : "entry" }));
      this.part("entries").replaceChildren(...boxes, box("a + b", full, result));
      if (focus) this.querySelector('.entry[aria-pressed="true"]').focus();
    };
    for (const name of ["a", "b"]) {
      selects[name].addEventListener("change", () => {
        Object.assign(chosen, { name, place: shapeOf(name).map(() => 0).join(", ") });
        draw();
      });
    }
    draw();
  }
}
define("gpt-broadcast", Broadcast);
