// Random numbers from 0 to 1, the same ones for the same seed (mulberry32).
export function randomNumbers(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

// A figure's seed: another one on each visit, unless its element has a data-seed.
export function seedOf(figure) {
  return figure.dataset.seed === undefined ? crypto.getRandomValues(new Uint32Array(1))[0] : Number(figure.dataset.seed);
}

// The place in a list of probabilities or counts, not all 0, that a random number from 0 to 1 falls on.
export function pick(weights, number) {
  let left = number * weights.reduce((sum, weight) => sum + weight, 0);
  const place = weights.findIndex((weight) => (left -= weight) < 0);
  return place < 0 ? weights.findLastIndex((weight) => weight > 0) : place;   // rounding may leave a rest
}
