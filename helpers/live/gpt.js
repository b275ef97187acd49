// The book's GPT in the page, as in helpers/model.py, on the weights that helpers/live/weights.py packs. Numbers are float64.
// A table is an array of rows: (T, C) is T rows of C numbers.

// Two bytes as the number that they are in float16: sign, 5 bits of exponent, 10 bits behind the point.
const POWERS = Array.from({ length: 31 }, (_, exponent) => 2 ** (exponent - 25));
function half(bits) {
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  const size = exponent === 0 ? fraction * 2 ** -24
    : exponent < 31 ? (1024 + fraction) * POWERS[exponent]
    : fraction ? NaN : Infinity;
  return bits & 0x8000 ? -size : size;
}
const READERS = {   // type -> its number of bytes, and how one is read
  float16: [2, (view, at) => half(view.getUint16(at, true))],
  float32: [4, (view, at) => view.getFloat32(at, true)],
  float64: [8, (view, at) => view.getFloat64(at, true)],
};

// What `pack_weights` made -> { config, params }; params: name -> table
export function unpackWeights({ config, shapes, type, bytes }) {
  const text = atob(bytes), raw = new Uint8Array(text.length);
  for (let i = 0; i < raw.length; i++) raw[i] = text.charCodeAt(i);
  const view = new DataView(raw.buffer);
  const [size, read] = READERS[type];
  const want = size * Object.values(shapes).reduce((sum, [nRows, nColumns]) => sum + nRows * nColumns, 0);
  if (want !== raw.length) throw new Error(`want ${want} bytes of weights, got ${raw.length}`);
  const params = {};
  let at = 0;
  for (const [name, [nRows, nColumns]] of Object.entries(shapes)) {
    params[name] = Array.from({ length: nRows }, () => {
      const row = new Float64Array(nColumns);
      for (let i = 0; i < nColumns; i++, at += size) row[i] = read(view, at);
      return row;
    });
  }
  return { config, params };
}

// Loops, here and below, where a figure would wait for a function called for each number.
export function dot(a, b) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}
const plus = (a, b) => a.map((number, i) => number + b[i]);
const relu = (row) => row.map((number) => Math.max(number, 0));

// A row scaled so that the mean of its squares is 1.
export function rmsnorm(row) {
  const scale = 1 / Math.sqrt(dot(row, row) / row.length + 1e-5);
  const scaled = row.slice();
  for (let i = 0; i < row.length; i++) scaled[i] *= scale;
  return scaled;
}

// A row of n_in numbers times a table (n_out, n_in) -> n_out numbers
export function linear(row, table) {
  const out = new Float64Array(table.length);
  for (let i = 0; i < out.length; i++) out[i] = dot(row, table[i]);
  return out;
}

// Numbers of any size as probabilities, or as the weights of a head.
export function softmax(row) {
  let highest = -Infinity, total = 0;
  for (let i = 0; i < row.length; i++) if (row[i] > highest) highest = row[i];
  const powers = row.map((number) => Math.exp(number - highest));   // exp cannot overflow
  for (let i = 0; i < row.length; i++) total += powers[i];
  for (let i = 0; i < row.length; i++) powers[i] /= total;
  return powers;
}

// The attention of one layer. normed: (T, C) -> everything on the way; scores and weights: a list of T rows for each head,
// row t as long as its past, t + 1
function attend(normed, params, layer, { n_head: nHead, n_embd: C }) {
  const D = C / nHead;
  const [query, key, value] = [..."qkv"].map((letter) => normed.map((row) => linear(row, params[`layer${layer}.attn_w${letter}`])));
  const ofHead = (row, h) => row.subarray(h * D, (h + 1) * D);
  const scores = [], weights = [], mixed = normed.map(() => new Float64Array(C));
  for (let h = 0; h < nHead; h++) {
    scores.push(query.map((asks, t) => Float64Array.from(key.slice(0, t + 1), (answers) => dot(ofHead(asks, h), ofHead(answers, h)) / Math.sqrt(D))));
    weights.push(scores[h].map(softmax));
    weights[h].forEach((row, t) => {
      const sum = ofHead(mixed[t], h);   // a view: filled in place
      row.forEach((weight, s) => ofHead(value[s], h).forEach((number, i) => { sum[i] += weight * number; }));
    });
  }
  const added = mixed.map((row) => linear(row, params[`layer${layer}.attn_wo`]));
  return { normed, query, key, value, scores, weights, mixed, added };
}

// Everything that the model computes for one name, as `inside` in helpers/live/weights.py. tokenIds: BOS, then the name's letters
export function inside({ params, config }, tokenIds) {
  const T = tokenIds.length;
  if (!(T > 0 && T <= config.context_length)) throw new Error(`want 1 to ${config.context_length} tokens, got ${T}`);
  if (tokenIds.some((id) => !params.wte[id])) throw new Error(`want token ids below ${config.vocab_size}, got ${tokenIds}`);
  const token = tokenIds.map((id) => params.wte[id]);
  const position = tokenIds.map((_, place) => params.wpe[place]);
  const embedded = token.map((row, t) => plus(row, position[t]));
  const start = embedded.map(rmsnorm);
  const layers = [];
  let stream = start;
  for (let layer = 0; layer < config.n_layer; layer++) {
    const attention = attend(stream.map(rmsnorm), params, layer, config);
    const between = stream.map((row, t) => plus(row, attention.added[t]));
    const normed = between.map(rmsnorm);
    const hidden = normed.map((row) => linear(row, params[`layer${layer}.mlp_fc1`]));
    const bent = hidden.map(relu);
    const added = bent.map((row) => linear(row, params[`layer${layer}.mlp_fc2`]));
    stream = between.map((row, t) => plus(row, added[t]));
    layers.push({ attention, between, mlp: { normed, hidden, bent, added }, stream });
  }
  return { token, position, embedded, start, layers, logits: stream.map((row) => linear(row, params.lm_head)) };
}

// The logits of the next token at every position: T rows of V numbers
export const gpt = (weights, tokenIds) => inside(weights, tokenIds).logits;
