// The book's GPT writes, as in helpers/sampling.py: it reads one token more, with the keys and values of those before, and draws
// the next. Numbers are float64.
import { rmsnorm, softmax } from "./gpt.js";
import { pick } from "./random.js";

// A row times a table (n_out, n_in), into `out`; loops, since a name a millisecond needs millions of products.
function multiply(row, table, out) {
  for (let i = 0; i < table.length; i++) {
    const weights = table[i];
    let sum = 0;
    for (let j = 0; j < row.length; j++) sum += row[j] * weights[j];
    out[i] = sum;
  }
  return out;
}

// What a model has read so far: for each layer the keys and values of all positions, a row of C numbers each.
export function newCache({ n_layer: nLayer, n_embd: C, context_length: T }) {
  const tables = () => Array.from({ length: nLayer }, () => new Float64Array(T * C));
  return { keys: tables(), values: tables(), length: 0 };
}

// What each head of the newest position reads. query: (C,), keys and values: rows of C numbers -> mixed: (C,)
function attendToPast(query, keys, values, T, nHead) {
  const C = query.length, D = C / nHead;
  const mixed = new Float64Array(C), scores = new Float64Array(T);
  for (let h = 0; h < nHead; h++) {
    for (let t = 0; t < T; t++) {
      let sum = 0;
      for (let i = h * D; i < (h + 1) * D; i++) sum += query[i] * keys[t * C + i];
      scores[t] = sum / Math.sqrt(D);
    }
    const weights = softmax(scores);
    for (let t = 0; t < T; t++) {
      for (let i = h * D; i < (h + 1) * D; i++) mixed[i] += weights[t] * values[t * C + i];
    }
  }
  return mixed;
}

// Read one more token -> the logits of the token after it; the cache grows by one position
export function readNext({ params, config }, tokenId, cache) {
  const { n_embd: C, n_head: nHead, n_layer: nLayer, context_length: longest } = config;
  const t = cache.length;
  if (t === longest) throw new Error(`want at most ${longest} tokens, got one more`);
  if (!params.wte[tokenId]) throw new Error(`want a token id below ${config.vocab_size}, got ${tokenId}`);
  const add = (row, more) => { for (let i = 0; i < C; i++) row[i] += more[i]; };
  const hidden = new Float64Array(4 * C), added = new Float64Array(C);
  let stream = params.wte[tokenId].slice();
  add(stream, params.wpe[t]);
  stream = rmsnorm(stream);
  for (let layer = 0; layer < nLayer; layer++) {
    const of = (name) => params[`layer${layer}.${name}`];
    const [keys, values] = [cache.keys[layer], cache.values[layer]];
    let normed = rmsnorm(stream);
    multiply(normed, of("attn_wk"), keys.subarray(t * C, (t + 1) * C));
    multiply(normed, of("attn_wv"), values.subarray(t * C, (t + 1) * C));
    const query = multiply(normed, of("attn_wq"), added).slice();
    add(stream, multiply(attendToPast(query, keys, values, t + 1, nHead), of("attn_wo"), added));
    normed = rmsnorm(stream);
    multiply(normed, of("mlp_fc1"), hidden);
    for (let i = 0; i < hidden.length; i++) if (hidden[i] < 0) hidden[i] = 0;
    add(stream, multiply(hidden, of("mlp_fc2"), added));
  }
  cache.length = t + 1;
  return multiply(stream, params.lm_head, new Float64Array(config.vocab_size));
}

// The logits after all of a text, at least one token -> { logits, cache }
export function readAll(weights, tokenIds) {
  const cache = newCache(weights.config);
  let logits;
  for (const id of tokenIds) logits = readNext(weights, id, cache);
  return { logits, cache };
}

// Token ids, those with the largest numbers first, of equal ones the first.
export const ranked = (numbers) => [...numbers.keys()].sort((one, other) => numbers[other] - numbers[one] || one - other);

// The k largest; minus infinity for the others.
function keepTopK(logits, k) {
  const kept = new Float64Array(logits.length).fill(-Infinity);
  for (const id of ranked(logits).slice(0, k)) kept[id] = logits[id];
  return kept;
}

// As few of the likeliest as have the probability p together; minus infinity for the others.
function keepTopP(logits, p) {
  const probabilities = softmax(logits);
  const kept = new Float64Array(logits.length).fill(-Infinity);
  let together = 0;
  for (const id of ranked(logits)) {
    together += probabilities[id];
    if (together - probabilities[id] < p || p === 1) kept[id] = logits[id];   // what comes before has less than p; at 1 all stay
  }
  return kept;
}

// From logits to probabilities: divided by the temperature, then cut -> { divided, cut, probabilities }
// topK, topP: null for no cut
export function nextProbabilities(logits, { temperature = 1, topK = null, topP = null } = {}) {
  if (!(temperature > 0 && temperature < Infinity)) throw new Error(`want a temperature above 0, got ${temperature}`);
  if (topK !== null && !(Number.isInteger(topK) && topK >= 1)) throw new Error(`want a whole number from 1 for top k, got ${topK}`);
  if (topP !== null && !(topP > 0 && topP <= 1)) throw new Error(`want a top p above 0 and at most 1, got ${topP}`);
  const divided = logits.map((logit) => logit / temperature);
  let cut = divided;
  if (topK !== null) cut = keepTopK(cut, topK);
  if (topP !== null) cut = keepTopP(cut, topP);
  return { divided, cut, probabilities: softmax(cut) };
}

// Go on from a prompt to the stop token or a full context -> its token ids and the new ones, without the stop token
export function write(weights, prompt, stop, random, how) {
  const written = [...prompt];
  let { logits, cache } = readAll(weights, prompt);
  for (;;) {
    const id = pick(nextProbabilities(logits, how).probabilities, random());
    if (id === stop) return written;
    written.push(id);
    if (cache.length === weights.config.context_length) return written;
    logits = readNext(weights, id, cache);
  }
}
