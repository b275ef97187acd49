// <gpt-walk>: one name's way through the whole model, and the sum behind each of its numbers, as in walk.py.
import { LiveElement, counted, define, make, visible } from "./shell.js";
import { inside, softmax, unpackWeights } from "./gpt.js";

// A number with so many digits behind the point, never -0.
function written(number, digits) {
  const text = number.toFixed(digits);
  return Number(text) ? text : text.replace("-", "");
}
const close = (number) => written(number, Math.abs(number) >= 0.01 ? 3 : 6);
const short = (number) => written(number, Math.abs(number) < 9.995 ? 2 : Math.abs(number) < 99.95 ? 1 : 0);
const total = (numbers) => numbers.reduce((sum, number) => sum + number, 0);
const square = (row) => total([...row].map((number) => number * number));
const between = (row, from, n) => [...row].slice(from, from + n);
const button = (text, attributes) => make("button", text, { type: "button", ...attributes });

class Walk extends LiveElement {
  start({ letters, weights: packed, lines, parts, of_heads: ofHeads, small }) {
    const weights = unpackWeights(packed);
    const { config, params } = weights;
    const { n_embd: C, n_head: nHead, n_layer: nLayer } = config;
    const D = C / nHead;
    const bos = letters.length;
    const allTokens = [...letters.map(visible), "."];
    const capitals = letters.some((letter) => letter !== letter.toLowerCase());
    const input = this.part("name");
    // The name that is drawn (what is typed may be none), all that is computed for it, and the number that is chosen.
    let name, ids, way, tokens, place;

    const of = (key) => way.layers[place.layer][key];
    const into = () => (place.layer ? way.layers[place.layer - 1].stream : way.start);
    const before = () => ({ key: place.layer ? "stream" : "start", layer: Math.max(place.layer - 1, 0) });
    const pastOf = () => tokens.slice(0, place.at + 1).map((token, s) => `${token} ${s}`);

    // Every array on the way, in order: its key, title, colour, how it is made, rows, and labels for rows and columns.
    const stages = () => {
      const { at, head, layer } = place;
      const { attention, mlp } = way.layers[layer];
      const [past, next] = [pastOf(), ids[at + 1]];
      const ours = (row) => between(row, head * D, D);
      const norm = "The number in the same place before the norm, times 1 / √(mean square + 0.00001).";
      const comesIn = layer ? `the stream after layer ${layer - 1}` : "the stream";
      const squared = (key, row, ofWhat) => [key, "Mean square", "data", `The squares of ${ofWhat}, and their sum over ${C}.`, [[square(row) / C]]];
      const sums = (table, ofWhat) => `Row # of ${table}, knob by knob, times ${ofWhat}.`;   // # is its row
      const inLayer = (table, ofWhat) => sums(`layer${layer}.${table}`, ofWhat);
      return [
        ["token", "Token row", "token", `The row of ${tokens[at]} in wte: knobs, not sums.`, [way.token[at]]],
        ["position", "Position row", "position", `Row ${at} of wpe: knobs, not sums.`, [way.position[at]]],
        ["embedded", "Both together", "data", "Token row + position row.", [way.embedded[at]]],
        squared("start_square", way.embedded[at], "both together"),
        ["start", "Normed: the stream begins", "data", norm, [way.start[at]]],
        squared("attn_square", into()[at], comesIn),
        ["attn_normed", "What attention reads: the stream, normed", "data", norm, [attention.normed[at]]],
        ["query", `Query of head ${head}`, "query", inLayer("attn_wq", "the normed stream"), [ours(attention.query[at])]],
        ["key", `Keys of head ${head}`, "key", inLayer("attn_wk", "the normed stream of its position"), attention.key.slice(0, at + 1).map(ours), past],
        ["scores", `Scores of head ${head}`, "data", `Query times key, over √${D}.`, [attention.scores[head][at]], null, past],
        ["weights", `Weights of head ${head}`, "data", "e to the score less the highest one, over the sum of these: softmax.", [attention.weights[head][at]], null, past],
        ["value", `Values of head ${head}`, "value", inLayer("attn_wv", "the normed stream of its position"), attention.value.slice(0, at + 1).map(ours), past],
        ["mixed", "Mixed: the heads side by side", "value", "Each weight of the head, times the value of its position.", [attention.mixed[at]]],
        ["attn_added", "What attention adds", "data", inLayer("attn_wo", "what is mixed"), [attention.added[at]]],
        ["between", "Stream after attention", "data", "Stream + what attention adds.", [of("between")[at]]],
        squared("mlp_square", of("between")[at], "the stream after attention"),
        ["mlp_normed", "What the MLP reads: the stream, normed", "data", norm, [mlp.normed[at]]],
        ["hidden", "Hidden numbers", "data", inLayer("mlp_fc1", "the normed stream"), [mlp.hidden[at]]],
        ["bent", "Hidden numbers after relu", "data", "The hidden number if it is above 0, otherwise 0.", [mlp.bent[at]]],
        ["mlp_added", "What the MLP adds", "data", inLayer("mlp_fc2", "the hidden numbers after relu"), [mlp.added[at]]],
        ["stream", "Stream after the MLP", "data", "Stream after attention + what the MLP adds.", [of("stream")[at]]],
        ["logits", "Logits", "token", sums("lm_head", "the last stream"), [way.logits[at]], null, allTokens],
        ["probabilities", "Probabilities", "token", "e to the logit less the highest one, over the sum of these: softmax.", [way.probabilities[at]], null, allTokens],
        ["surprise", `Surprise of ${tokens[at + 1]}, which comes next`, "loss", "Minus the logarithm of its probability, in nats.",
          [[-Math.log(way.probabilities[at][next])]]],
      ].map(([key, title, role, rule, rows, names = null, columns = null]) => ({ key, title, role, rule, rows: rows.map((row) => [...row]), names, columns }));
    };

    // The sum that made the number that is chosen: [terms, ends]. A term is [label, texts before and after, factors, value]; a factor is a
    // number and its place, null for a knob. An end is what the sum becomes, a text and a number.
    const sumOf = (number) => {
      const { key, row, index: i, at, head, layer } = place;
      const { attention, mlp, between: middle } = way.layers[layer];
      const there = (source, index = i, more = {}) => ({ ...place, row: 0, key: source, index, ...more });
      const weighted = (table, r, numbers, source, more = {}) => [
        [...numbers].map((x, j) => [`${j}`, ["", ""], [[params[table][r][j], null], [x, there(source, j, more)]], params[table][r][j] * x]),
        [[`sum of ${numbers.length} products`, number]],
      ];
      const added = (...these) => [these.map(([label, x, where]) => [label, ["", ""], [[x, where]], x]), [["sum", number]]];
      const squared = (numbers, source, more = {}) => [
        [...numbers].map((x, j) => [`${j}`, ["", ""], [[x, there(source, j, more)], [x, there(source, j, more)]], x * x]),
        [[`sum of ${C} squares`, square(numbers)], [`divided by ${C}`, number]],
      ];
      const normed = (numbers, source, squareKey, more = {}) => {
        const mean = square(numbers) / C;
        const scale = 1 / Math.sqrt(mean + 1e-5);
        return [
          [[`${i}`, ["", ""], [[numbers[i], there(source, i, more)], [scale, there(squareKey, 0)]], number]],
          [[`and ${written(scale, 3)} = 1 / √(${written(mean, 3)} + 0.00001)`, number]],
        ];
      };
      const soft = (numbers, source, labels) => {
        const highest = Math.max(...numbers);
        const powers = [...numbers].map((x) => Math.exp(x - highest));
        const around = ["e^(", highest >= 0 ? ` − ${written(highest, 3)})` : ` + ${written(-highest, 3)})`];
        const sum = total(powers);
        return [
          [...numbers].map((x, j) => [labels[j], around, [[x, there(source, j)]], powers[j]]),
          [["sum", sum], [`${close(powers[i])} / ${close(sum)}`, number]],
        ];
      };
      const table = (each) => `layer${layer}.${each}`;
      const { key: source, layer: earlier } = before();
      switch (key) {
        case "token": case "position": return [[], [["a knob", number]]];
        case "embedded":
          return added(["token row", way.token[at][i], there("token")], ["position row", way.position[at][i], there("position")]);
        case "start_square": return squared(way.embedded[at], "embedded");
        case "start": return normed(way.embedded[at], "embedded", "start_square");
        case "attn_square": return squared(into()[at], source, { layer: earlier });
        case "attn_normed": return normed(into()[at], source, "attn_square", { layer: earlier });
        case "query": return weighted(table("attn_wq"), head * D + i, attention.normed[at], "attn_normed");
        case "key": return weighted(table("attn_wk"), head * D + i, attention.normed[row], "attn_normed", { at: row });
        case "value": return weighted(table("attn_wv"), head * D + i, attention.normed[row], "attn_normed", { at: row });
        case "scores": {
          const [q, k] = [attention.query[at], attention.key[i]].map((numbers) => between(numbers, head * D, D));
          return [
            q.map((x, j) => [`${j}`, ["", ""], [[x, there("query", j)], [k[j], there("key", j, { row: i })]], x * k[j]]),
            [[`sum of ${D} products`, total(q.map((x, j) => x * k[j]))], [`divided by √${D}`, number]],
          ];
        }
        case "weights": return soft(attention.scores[head][at], "scores", pastOf());
        case "mixed": {
          const mine = Math.floor(i / D);
          return [
            [...attention.weights[mine][at]].map((weight, s) => {
              const value = attention.value[s][i];
              return [pastOf()[s], ["", ""], [[weight, there("weights", s, { head: mine })], [value, there("value", i % D, { head: mine, row: s })]], weight * value];
            }),
            [["sum", number]],
          ];
        }
        case "attn_added": return weighted(table("attn_wo"), i, attention.mixed[at], "mixed");
        case "between":
          return added(["stream", into()[at][i], there(source, i, { layer: earlier })], ["attention adds", attention.added[at][i], there("attn_added")]);
        case "mlp_square": return squared(middle[at], "between");
        case "mlp_normed": return normed(middle[at], "between", "mlp_square");
        case "hidden": return weighted(table("mlp_fc1"), i, mlp.normed[at], "mlp_normed");
        case "bent": return [[[`${i}`, ["", ""], [[mlp.hidden[at][i], there("hidden")]], number]], [["the larger of it and 0", number]]];
        case "mlp_added": return weighted(table("mlp_fc2"), i, mlp.bent[at], "bent");
        case "stream":
          return added(["stream after attention", middle[at][i], there("between")], ["the MLP adds", mlp.added[at][i], there("mlp_added")]);
        case "logits": return weighted("lm_head", i, way.layers.at(-1).stream[at], "stream", { layer: nLayer - 1 });
        case "probabilities": return soft(way.logits[at], "logits", allTokens);
        default: {
          const next = ids[at + 1];
          return [[[allTokens[next], ["−ln ", ""], [[way.probabilities[at][next], there("probabilities", next)]], number]], [["nats", number]]];
        }
      }
    };

    const says = ({ title, rows, names, columns }) => {
      let which = `${title}, at position ${place.at} (${tokens[place.at]})`;
      if (names) which += `, row of ${names[place.row]}`;
      if (columns) which += `, of ${columns[place.index]}`;
      else if (rows[0].length > 1) which += `, number ${place.index}`;
      return `${which}: ${close(rows[place.row][place.index])}.`;
    };
    const drawnSum = (number, rule) => {
      const text = small.includes(place.key) ? close : (x) => written(x, 3);
      const [terms, ends] = sumOf(number);
      const ordered = [...terms].sort((one, other) => Math.abs(other[3]) - Math.abs(one[3]));
      const shown = ordered.slice(0, lines).filter((term) => term[3] !== 0 || terms.length <= lines);   // of many, 0 needs no line
      const [body, foot] = [make("tbody"), make("tfoot")];
      const line = (label, cell, value) => {
        const row = make("tr");
        row.append(make("th", label, { scope: "row" }), cell, make("td", text(value)));
        body.append(row);
      };
      for (const [label, [sign, after], factors, value] of shown) {
        const cell = make("td", sign);
        factors.forEach(([x, to], n) => {
          if (n) cell.append(" × ");
          if (!to) cell.append(make("span", text(x)));
          else cell.append(button(text(x), { class: "factor", "data-to": [to.key, to.row, to.index, to.at, to.head, to.layer].join(" ") }));
        });
        cell.append(after);
        line(label, cell, value);
      }
      const rest = ordered.slice(shown.length);
      const others = total(rest.map((term) => term[3]));
      if (rest.length) line("", make("td", `${rest.length} ${others === 0 ? "terms of 0" : "smaller terms"}`), others);
      for (const [end, x] of ends) {
        const row = make("tr");
        row.append(make("th", end, { scope: "row", colspan: 2 }), make("td", text(x)));
        foot.append(row);
      }
      const [outer, table] = [make("div", "", { class: "sum", "data-part": "sum", role: "group", "aria-label": "The sum that made it" }), make("table", "", { class: "live terms" })];
      table.append(body, foot);
      const row = place.index + (ofHeads.includes(place.key) ? place.head * D : 0);
      outer.append(make("p", rule.replace("#", row)), table);
      return outer;
    };
    const drawnStage = ({ key, title, role, rule, rows, names, columns }, number) => {
      const stage = make("div", "", { class: `stage ${role}`, role: "group", "aria-label": title, "data-stage": key });
      const heading = make("div");
      heading.append(make("b", `${number + 1}. ${title}`));
      if (key === "query") {
        const heads = make("span", "", { class: "walk-heads", role: "group", "aria-label": "Head" });
        heads.append(...Array.from({ length: nHead }, (_, h) => button(`head ${h}`, { "data-head": h, "aria-pressed": h === place.head })));
        heading.append(heads);
      }
      stage.append(heading);
      const highest = Math.max(...rows.flat().map(Math.abs)) || 1;
      rows.forEach((row, r) => {
        const [line, cells] = [make("div", "", { class: "line" }), make("div", "", { class: "cells" })];
        if (names) line.append(make("span", names[r], { class: "of" }));
        row.forEach((x, i) => {
          const on = place.key === key && place.row === r && place.index === i;
          const label = columns ? columns[i] : i;
          const cell = button("", {
            class: key === "mixed" && Math.floor(i / D) === place.head ? "cell ours" : "cell", "aria-pressed": on, tabindex: on ? 0 : -1,
            "aria-label": `${label}: ${short(x)}`, style: `--shade:${Math.floor(36 * Math.abs(x) / highest + 0.5)}%`,
          });
          if (columns) cell.append(make("small", label));
          cell.append(short(x));
          cells.append(cell);
        });
        line.append(cells);
        stage.append(line);
      });
      if (place.key === key) stage.append(drawnSum(rows[place.row][place.index], rule));
      if (!(key in parts)) return [stage];
      return [make("p", `${parts[key]}${nLayer > 1 && key.endsWith("_square") ? ` of layer ${place.layer}` : ""}`, { class: "walk-part" }), stage];
    };
    const chosenCell = () => this.querySelector('.cell[aria-pressed="true"]');
    const redraw = () => {
      const all = stages();
      this.part("stages").replaceChildren(...all.flatMap(drawnStage));
      this.part("says").textContent = says(all.find(({ key }) => key === place.key));
      this.part("layer").selectedIndex = place.layer;
      [...this.part("chips").children].forEach((chip, t) => {
        chip.setAttribute("aria-checked", t === place.at);
        chip.setAttribute("tabindex", t === place.at ? 0 : -1);
      });
    };
    // Choose another number, position, head or layer. What is not there, such as a row beyond the position, becomes what is nearest.
    const choose = (changes) => {
      place = { ...place, ...changes };
      place.at = Math.max(0, Math.min(place.at, name.length));
      const { rows } = stages().find(({ key }) => key === place.key);
      place.row = Math.max(0, Math.min(place.row, rows.length - 1));
      place.index = Math.max(0, Math.min(place.index, rows[place.row].length - 1));
      redraw();
    };
    // What is clicked stays where it is on the screen, though the sum above it goes away.
    const staying = (found, act) => {
      const top = found().getBoundingClientRect().top;
      act();
      found().focus({ preventScroll: true });
      const moved = found().getBoundingClientRect().top - top;
      let scroller = this.parentElement;
      while (scroller && !(scroller.scrollHeight > scroller.clientHeight && /auto|scroll/.test(getComputedStyle(scroller).overflowY))) scroller = scroller.parentElement;
      (scroller ?? document.scrollingElement).scrollTop += moved;
    };
    const take = (characters) => {
      name = characters;
      ids = [bos, ...name.map((letter) => letters.indexOf(letter)), bos];
      tokens = ids.map((id) => allTokens[id]);
      way = inside(weights, ids.slice(0, -1));
      way.probabilities = way.logits.map(softmax);
      this.part("chips").replaceChildren(...tokens.slice(0, -1).map((token, t) => {
        const chip = button(token, { class: "chip", role: "radio", "aria-label": `${token} at position ${t}` });
        chip.append(make("small", t));
        return chip;
      }));
      choose({ at: Math.max(name.length - 1, 0) });
    };
    const typed = () => {
      const text = input.value.normalize("NFC");   // a letter and its accent are one character
      const characters = [...(capitals ? text : text.toLowerCase())];
      const unknown = [...new Set(characters.filter((character) => !letters.includes(character)))];
      const refused = unknown.length > 0 || characters.length >= config.context_length;
      input.setAttribute("aria-invalid", refused);
      if (!refused) {
        take(characters);
        return;
      }
      const problem = unknown.length
        ? `Not in the vocabulary: ${unknown.map((character) => (character === " " ? "space" : visible(character))).join(", ")}.`
        : `The model reads at most ${counted(config.context_length - 1, "letter")}, and this has ${characters.length}.`;
      this.part("says").textContent = `${problem} Below is still ${name.length ? name.join("") : "the empty name"}.`;
    };

    input.addEventListener("input", (event) => { if (!event.isComposing) typed(); });
    input.addEventListener("compositionend", typed);
    this.part("layer").addEventListener("change", (event) => choose({ layer: event.target.selectedIndex }));
    this.part("chips").addEventListener("click", (event) => {
      const chip = event.target.closest("button");
      if (!chip) return;
      choose({ at: [...chip.parentElement.children].indexOf(chip) });
    });
    this.part("chips").addEventListener("keydown", (event) => {
      const { at } = place;
      const goes = { ArrowLeft: at - 1, ArrowUp: at - 1, ArrowRight: at + 1, ArrowDown: at + 1, Home: 0, End: name.length };
      if (!(event.key in goes) || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();   // or the page scrolls
      choose({ at: goes[event.key] });
      this.part("chips").children[place.at].focus();
    });
    this.part("stages").addEventListener("click", (event) => {
      const pressed = event.target.closest("button");
      if (!pressed) return;
      if (pressed.dataset.head) {
        staying(() => this.querySelector(`[data-head="${pressed.dataset.head}"]`), () => choose({ head: Number(pressed.dataset.head) }));
      } else if (pressed.dataset.to) {
        const [key, ...numbers] = pressed.dataset.to.split(" ");
        const [row, index, at, head, layer] = numbers.map(Number);
        choose({ key, row, index, at, head, layer });
        chosenCell().focus({ preventScroll: true });
        chosenCell().scrollIntoView({ block: "nearest" });
      } else {
        const { key, row, index } = whereIs(pressed);
        const found = () => this.querySelectorAll(`[data-stage="${key}"] .cells`)[row].children[index];
        staying(found, () => choose({ key, row, index }));
      }
    });
    const whereIs = (cell) => {
      const stage = cell.closest("[data-stage]");
      const cells = [...stage.querySelectorAll(".cells")];
      return { key: stage.dataset.stage, row: cells.indexOf(cell.parentElement), index: [...cell.parentElement.children].indexOf(cell) };
    };
    this.part("stages").addEventListener("keydown", (event) => {
      if (!event.target.matches(".cell") || event.ctrlKey || event.metaKey || event.altKey) return;
      const inStage = [...event.target.closest("[data-stage]").querySelectorAll(".cell")];
      const here = inStage.indexOf(event.target);
      const all = [...this.querySelectorAll("[data-stage]")];
      const stage = all.indexOf(event.target.closest("[data-stage]"));
      const goes = {
        ArrowLeft: inStage[here - 1], ArrowRight: inStage[here + 1], Home: inStage[0], End: inStage.at(-1),
        ArrowUp: all[stage - 1]?.querySelectorAll(".cell"), ArrowDown: all[stage + 1]?.querySelectorAll(".cell"),
      };
      if (!(event.key in goes)) return;
      event.preventDefault();   // or the page scrolls
      let cell = goes[event.key];
      if (cell instanceof NodeList) cell = cell[Math.min(here, cell.length - 1)];
      if (!cell) return;
      choose(whereIs(cell));
      chosenCell().focus({ preventScroll: true });
      chosenCell().scrollIntoView({ block: "nearest" });
    });
    place = { key: "surprise", row: 0, index: 0, at: 0, head: 0, layer: nLayer - 1 };
    take([...input.value]);
  }
}
define("gpt-walk", Walk);
