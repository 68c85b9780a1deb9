// Which variant a visitor gets: the twin of experiments/assignment.py (GrowthBook hash, version 2).
// Both are held to tests/vectors/assignment.json.

/** FNV-1a, 32 bits, over UTF-16 code units. */
export function fnv32a(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** Place of a visitor on the line from 0 to 1. */
export const bucket = (seed, unit) => (fnv32a("" + fnv32a(seed + unit)) % 10000) / 10000;

/** Piece of the line of each variant; more coverage never moves a visitor between variants. */
export function ranges(weights, coverage = 1) {
  const part = Math.min(Math.max(coverage, 0), 1);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let start = 0;
  return weights.map((weight) => {
    const share = total >= 0.99 && total <= 1.01 ? weight : 1 / weights.length;
    const from = start;
    start += share;
    return [from, from + part * share];
  });
}

/** Index of the piece that holds n, or -1. */
export const choose = (n, pieces) => pieces.findIndex(([low, high]) => n >= low && n < high);

/** Index of the visitor's variant, or -1 when the visitor is not in the experiment. */
export const assign = ({ key, seed = key, coverage, weights }, unit) =>
  choose(bucket(seed, unit), ranges(weights, coverage));
