// <gpt-pieces>: type a text, and replay the merges that cut it into tokens.
import { LiveElement, counted, define, make, visible } from "./shell.js";

// split_pieces of helpers/bpe.py: what Python's `re` means by \s, \w and \d, said in JavaScript's classes.
const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\p{Z}", LETTER = "\\p{L}\\p{Nl}\\p{No}", DIGIT = "\\p{Nd}";
const PIECE = new RegExp(
  `'(?:s|t|re|ve|m|ll|d)| ?[${LETTER}]+| ?[${DIGIT}]+| ?[^${SPACE}${LETTER}${DIGIT}]+|[${SPACE}]+(?![^${SPACE}])|[${SPACE}]+`, "gu",
);
const utf8 = new TextEncoder(), whole = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function labelOf(token) {
  try {
    return [...whole.decode(Uint8Array.from(token))].map(visible).join("");
  } catch {
    return token.map((byte) => byte.toString(16).toUpperCase().padStart(2, "0")).join(" ");
  }
}

class Pieces extends LiveElement {
  start({ merges, order, longest, roles }) {
    const idOf = new Map(order.map((byte, id) => [byte, id]));
    const rankOf = new Map(merges.map(([first, second], rank) => [`${first},${second}`, rank]));
    const vocabulary = order.map((byte) => [byte]);
    for (const [first, second] of merges) vocabulary.push([...vocabulary[first], ...vocabulary[second]]);
    const input = this.part("text"), slider = this.part("merges");
    let changes = [];   // the merges at which this text's cut changes

    const mergePiece = (ids, nMerges) => {   // merge_piece of helpers/bpe.py, with the first merges only
      for (;;) {
        const rank = Math.min(...ids.slice(1).map((id, t) => rankOf.get(`${ids[t]},${id}`) ?? Infinity));
        if (!(rank < nMerges)) return ids;
        const [first, second] = merges[rank], merged = [];
        for (let t = 0; t < ids.length; t++) {
          if (ids[t] === first && ids[t + 1] === second) {
            merged.push(256 + rank);
            t++;
          } else merged.push(ids[t]);
        }
        ids = merged;
      }
    };
    const cut = (text, nMerges) => (text.match(PIECE) ?? []).flatMap((piece, number) => (
      mergePiece([...utf8.encode(piece)].map((byte) => idOf.get(byte)), nMerges).map((id) => [number, id])
    ));
    const typed = () => [...input.value].slice(0, longest).join("");
    const sentence = (text, tokens, nMerges) => {
      const sizes = `${counted([...text].length, "letter")}, ${counted(utf8.encode(text).length, "byte")}, `
        + `${counted(tokens.length, "token")} with ${counted(nMerges, "merge")}.`;
      if (!nMerges) return `${sizes} No merge so far: each byte is a token.`;
      const [first, second] = merges[nMerges - 1].map((id) => labelOf(vocabulary[id])), made = 255 + nMerges;
      const here = tokens.filter(([, id]) => id === made).length;
      return `${sizes} Merge ${nMerges.toLocaleString("en")} makes ${first} and ${second} one token, ${made.toLocaleString("en")}: ${counted(here, "time")} in this text.`;
    };
    const below = () => changes.findLast((n) => n < slider.value) ?? (Number(slider.value) ? 0 : undefined);
    const above = () => changes.find((n) => n > slider.value);
    const draw = () => {
      const text = typed(), nMerges = Number(slider.value), tokens = cut(text, nMerges);
      this.part("chips").replaceChildren(...tokens.map(([number, id]) => {
        const chip = make("li", labelOf(vocabulary[id]), { class: `chip ${roles[number % roles.length]}` });
        chip.append(make("small", id));
        return chip;
      }));
      slider.setAttribute("aria-valuetext", counted(nMerges, "merge"));
      this.part("back").setAttribute("aria-disabled", below() === undefined);
      this.part("on").setAttribute("aria-disabled", above() === undefined);
      const more = [...input.value].length > longest ? ` Only the first ${longest} characters are cut.` : "";
      this.part("says").textContent = sentence(text, tokens, nMerges) + more;
    };
    const findChanges = () => {   // each merge that a piece goes through, on its way to all of them, changes the number of tokens
      const text = typed();
      changes = [];
      for (let n = 1, before = cut(text, 0).length; n <= merges.length; n++) {
        const now = cut(text, n).length;
        if (now !== before) changes.push(n);
        before = now;
      }
    };
    const go = (n) => {
      if (n === undefined) return;
      slider.value = n;
      draw();
    };
    input.addEventListener("input", () => {
      findChanges();
      draw();
    });
    slider.addEventListener("input", draw);
    this.part("back").addEventListener("click", () => go(below()));
    this.part("on").addEventListener("click", () => go(above()));
    for (const each of [input, slider]) each.value = each.defaultValue;   // a browser may keep another one from the last visit
    findChanges();
    draw();
  }
}
define("gpt-pieces", Pieces);
