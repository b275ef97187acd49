// <gpt-switches>: switch off heads, MLPs and whole layers; the loss and the written names follow.
import { LiveElement, counted, define, make } from "./shell.js";
import { dot, linear, rmsnorm, softmax, unpackWeights } from "./gpt.js";
import { pick } from "./random.js";

const SLICE = 40;     // milliseconds of work, then the page gets its turn
const PATIENCE = 250;   // so many, and a line says how far it is

// What a model has read of a text, nothing so far: keys and values of each layer, a row of C numbers a position.
export const nothingRead = ({ n_layer: nLayer }) => Array.from({ length: nLayer }, () => ({ keys: [], values: [] }));

// Read one more token while some parts are off, as `switched` in switches.py -> the logits of the token after it
// switches: off, a set of parts such as "0.2" and "0.mlp"; how, what a head gives that is off; means, of each layer and head
export function readSwitched({ params, config }, { off, how, means }, past, id) {
  const D = config.n_embd / config.n_head;
  const place = params.wpe[past[0].keys.length];
  let stream = rmsnorm(params.wte[id].map((number, i) => number + place[i]));
  past.forEach(({ keys, values }, layer) => {
    const weight = (name) => params[`layer${layer}.${name}`];
    const ofHead = (row, h) => row.subarray(h * D, (h + 1) * D);
    const add = (piece) => { stream = stream.map((number, i) => number + piece[i]); };
    const normed = rmsnorm(stream);
    const query = linear(normed, weight("attn_wq"));
    keys.push(linear(normed, weight("attn_wk")));
    values.push(linear(normed, weight("attn_wv")));
    const mixed = new Float64Array(config.n_embd);
    for (let h = 0; h < config.n_head; h++) {
      const isOff = off.has(`${layer}.${h}`);
      if (isOff && how === "zero") continue;
      if (isOff && how === "mean") {
        mixed.set(means[layer][h], h * D);
        continue;
      }
      const scores = keys.map((key) => (isOff ? 0 : dot(ofHead(query, h), ofHead(key, h)) / Math.sqrt(D)));   // of equal scores, equal weights
      softmax(scores).forEach((share, s) => {
        for (let i = h * D; i < (h + 1) * D; i++) mixed[i] += share * values[s][i];
      });
    }
    add(linear(mixed, weight("attn_wo")));
    if (off.has(`${layer}.mlp`)) return;
    const hidden = linear(rmsnorm(stream), weight("mlp_fc1")).map((number) => Math.max(number, 0));
    add(linear(hidden, weight("mlp_fc2")));
  });
  return linear(stream, params.lm_head);
}

// The surprise at each of a name's tokens after the first, added up.
export function surpriseOf(weights, switches, ids) {
  const past = nothingRead(weights.config);
  return ids.slice(1).reduce((sum, next, t) => sum - Math.log(softmax(readSwitched(weights, switches, past, ids[t]))[next]), 0);
}

// A name, a random number for each letter -> its token ids, without BOS
export function nameFrom(weights, switches, numbers, bos) {
  const past = nothingRead(weights.config);
  const written = [];
  for (const number of numbers) {
    const id = pick(softmax(readSwitched(weights, switches, past, written.at(-1) ?? bos)), number);
    if (id === bos) break;
    written.push(id);
  }
  return written;
}

class Switches extends LiveElement {
  start({ letters, models, means, sample, edges: [low, high], lines, drawing: [left, width, axis], numbers }) {
    const weights = [];   // unpacked when their turn comes
    const outcomes = new Map();   // of each state judged so far
    const choices = [...this.part("models").children];
    const how = this.part("how");
    const nTokens = sample.reduce((sum, ids) => sum + ids.length - 1, 0);
    let chosen = 0, off = new Set(), turn = 0;

    const partsOf = (layer) => [...Array(models[chosen].config.n_head).keys(), "mlp"].map((part) => `${layer}.${part}`);
    const layers = () => [...Array(models[chosen].config.n_layer).keys()];

    // Loss and names of a state; null once another one is wanted.
    const judge = async (state, mine) => {
      const key = [chosen, state.size ? how.value : "", ...[...state].sort()].join(" ");
      if (outcomes.has(key)) return outcomes.get(key);
      const model = weights[chosen] ??= unpackWeights(models[chosen]);
      const switches = { off: new Set(state), how: how.value, means: means[chosen] };
      const [begun, names] = [performance.now(), []];
      let [surprise, slice] = [0, begun];
      for (const n of [...sample, ...numbers].keys()) {
        if (n < sample.length) surprise += surpriseOf(model, switches, sample[n]);
        else names.push(nameFrom(model, switches, numbers[n - sample.length], letters.length).map((id) => letters[id]).join(""));
        if (performance.now() - slice < SLICE) continue;
        if (performance.now() - begun > PATIENCE) this.part("says").textContent = `Computing: ${Math.min(n + 1, sample.length)} of ${counted(sample.length, "held-out name")}.`;
        await new Promise((done) => { setTimeout(done); });
        if (mine !== turn) return null;
        slice = performance.now();
      }
      const outcome = { loss: surprise / nTokens, names };
      outcomes.set(key, outcome);
      return outcome;
    };

    const offParts = () => layers().flatMap((layer) => {
      const names = partsOf(layer).filter((part) => off.has(part)).map((part) => (part.endsWith("mlp") ? "MLP" : `head ${part.split(".")[1]}`));
      if (!names.length) return [];
      return [`layer ${layer}: ${names.length === partsOf(layer).length ? "all of it" : names.join(", ")}`];
    }).join("; ");
    const says = (full, now) => {
      if (!off.size) return `All on: ${full.loss.toFixed(3)} nats per token on ${counted(sample.length, "held-out name")}.`;
      const more = Number(now.loss.toFixed(3)) - Number(full.loss.toFixed(3));
      const changed = full.names.filter((name, n) => name !== now.names[n]).length;
      return `Off: ${offParts()}. Loss ${now.loss.toFixed(3)}, ${Math.abs(more).toFixed(3)} ${more < 0 ? "less" : "more"} than with all on. `
        + `Of ${counted(full.names.length, "name")}, ${changed} changed.`;
    };
    const drawOutcome = (full, now) => {
      this.part("says").textContent = says(full, now);
      const [here, there] = [full, now].map(({ loss }) => (left + width * Math.min(Math.max((loss - low) / (high - low), 0), 1)).toFixed(1));
      this.part("gap").setAttribute("d", `M${here} ${axis}H${there}`);
      this.part("full").setAttribute("cx", here);
      this.part("now").setAttribute("cx", there);
      const told = [["all on", full.loss], ["as switched", now.loss], ...lines].map(([name, loss]) => `${name} ${loss.toFixed(3)}`);
      this.part("line").setAttribute("aria-label", `Losses: ${told.join(", ")}.`);
      this.part("names").replaceChildren(...full.names.map((name, n) => {
        const row = make("tr");
        row.append(make("td", name || "(no letter)"), make("td", now.names[n] || "(no letter)", { class: name === now.names[n] ? "same" : "changed" }));
        return row;
      }));
    };
    const update = async () => {
      const mine = ++turn;
      this.part("says").setAttribute("aria-busy", true);
      const full = await judge(new Set(), mine);
      const now = full && await judge(off, mine);
      if (!now) return;
      drawOutcome(full, now);
      this.part("says").removeAttribute("aria-busy");
    };

    const drawSwitch = (layer, part, label, name, state) => {
      const button = make("button", label, {
        type: "button", class: `part ${["all", "mlp"].includes(part) ? part : "of-head"}`, "data-switch": `${layer}.${part}`, "aria-label": name,
        "aria-pressed": { on: true, off: false, "partly on": "mixed" }[state], tabindex: layer === 0 && part === "all" ? 0 : -1,
      });
      button.append(make("small", state));
      return button;
    };
    const drawBoard = () => {
      const focused = this.part("board").querySelector(":focus")?.dataset.switch;
      this.part("board").replaceChildren(...layers().map((layer) => {
        const parts = partsOf(layer);
        const row = make("div", "", { class: "layer", style: `--columns:${parts.length + 1}` });
        const nOff = parts.filter((part) => off.has(part)).length;
        row.append(drawSwitch(layer, "all", `Layer ${layer}`, `Layer ${layer}, all of it`, nOff === 0 ? "on" : nOff === parts.length ? "off" : "partly on"));
        for (const key of parts) {
          const part = key.split(".")[1];
          const label = part === "mlp" ? "MLP" : `head ${part}`;
          row.append(drawSwitch(layer, part, label, `${label} of layer ${layer}`, off.has(key) ? "off" : "on"));
        }
        return row;
      }));
      if (focused) goTo(this.part("board").querySelector(`[data-switch="${focused}"]`));
      choices.forEach((button, number) => button.setAttribute("aria-pressed", number === chosen));
    };
    // The keyboard stops at one switch of the board.
    const goTo = (button) => {
      for (const each of this.part("board").querySelectorAll("button")) each.tabIndex = each === button ? 0 : -1;
      button.focus();
    };
    const set = (parts, isOn) => {
      for (const part of parts) {
        if (isOn) off.delete(part);
        else off.add(part);
      }
      drawBoard();
      update();
    };

    this.part("board").addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      button.focus();   // which some browsers leave out
      const [layer, part] = button.dataset.switch.split(".");
      const parts = part === "all" ? partsOf(layer) : [button.dataset.switch];
      set(parts, parts.some((each) => off.has(each)));
    });
    this.part("board").addEventListener("keydown", (event) => {
      const here = event.target.closest("button");
      if (!here || event.ctrlKey || event.metaKey || event.altKey) return;
      const all = [...this.part("board").querySelectorAll("button")];
      const at = all.indexOf(here), columns = partsOf(0).length + 1;
      const goes = { ArrowLeft: at - 1, ArrowRight: at + 1, ArrowUp: at - columns, ArrowDown: at + columns, Home: 0, End: all.length - 1 };
      if (!(event.key in goes)) return;
      event.preventDefault();   // or the page scrolls
      if (all[goes[event.key]]) goTo(all[goes[event.key]]);
    });
    this.part("all-on").addEventListener("click", () => set(layers().flatMap(partsOf), true));
    this.part("all-off").addEventListener("click", () => set(layers().flatMap(partsOf), false));
    how.addEventListener("change", update);
    choices.forEach((button, number) => button.addEventListener("click", () => {
      chosen = number;
      off = new Set();
      drawBoard();
      update();
    }));
    how.selectedIndex = 0;   // a browser may keep another one from the last visit
    drawBoard();
    update();
  }
}
define("gpt-switches", Switches);
