// <gpt-broadcast>: choose two shapes and an entry, see where it is used and what its gradient sums.
import { LiveElement, define, make } from "./shell.js";

const textOf = (shape) => `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
const places = (shape) => shape.reduce((found, size) => found.flatMap((place) => [...Array(size).keys()].map((i) => [...place, i])), [[]]);

// The shape of a + b, or the two sizes that do not fit.
function fit(a, b) {
  const shape = [];
  for (let back = 1; back <= Math.max(a.length, b.length); back += 1) {
    const one = a[a.length - back] ?? 1;
    const other = b[b.length - back] ?? 1;
    if (one !== other && one !== 1 && other !== 1) return { clash: [one, other] };
    shape.unshift(Math.max(one, other));
  }
  return { shape };
}

class Broadcast extends LiveElement {
  start({ shapes }) {
    const chosen = { name: "a", place: "0, 0" };
    const selects = { a: this.part("shape-a"), b: this.part("shape-b") };
    const shapeOf = (name) => shapes[selects[name].selectedIndex];

    // Where in the result an entry of an array of this shape is used.
    const usesOf = (shape, place, full) => places(full).filter((spot) => {
      const own = spot.slice(full.length - shape.length);
      return own.every((i, axis) => shape[axis] === 1 || i === place[axis]);
    });

    const box = (name, shape, cells) => {
      const outer = make("div", "", { "data-part": name });
      const grid = make("div", "", { class: "tiles", style: `grid-template-columns:repeat(${shape.at(-1) ?? 1},max-content)` });
      grid.append(...cells);
      outer.append(make("div", `${name} ${textOf(shape)}`), grid);
      return outer;
    };

    const draw = (focus = false) => {
      const { shape: full, clash } = fit(shapeOf("a"), shapeOf("b"));
      const rows = [["a", shapeOf("a")], ["b", shapeOf("b")]];
      if (full) rows.push(["a + b", full]);
      this.part("lined").replaceChildren(...rows.map(([name, shape]) => {
        const row = make("tr");
        row.append(make("th", name, { scope: "row" }));
        for (const size of [...Array(2 - shape.length).fill(""), ...shape]) row.append(make("td", size));
        return row;
      }));
      if (clash) {
        this.part("tiles").replaceChildren();
        this.part("says").textContent = `They do not fit: ${clash[0]} stands over ${clash[1]}, and neither is 1.`;
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
            type: "button", class: "tile", "aria-pressed": on, "data-place": index, "aria-label": `${who}, gradient ${sum}`,
          });
          button.addEventListener("click", () => { Object.assign(chosen, { name, place: index }); draw(true); });
          return button;
        }));
      });
      const result = spots.map((spot) => make("span", gradAt(spot), { class: lit.includes(spot.join()) ? "tile lit" : "tile" }));
      this.part("tiles").replaceChildren(...boxes, box("a + b", full, result));
      if (focus) this.querySelector('.tile[aria-pressed="true"]').focus();
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
