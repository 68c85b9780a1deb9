// Proof of work: finds a number that makes SHA-256 of "<challenge>.<number>" begin with zero bits, in slices so short
// that the page stays smooth. Our own SHA-256 of one block: five times as fast here as a promise for each digest, and
// WebCrypto is missing on pages without https.

const SLICE_MS = 10;
const ONE_BLOCK = 55;

/** The first 32 bits of the fractional part. */
const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
const primes = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime)) primes.push(n);
const ROUNDS = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const START = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));
const turn = (x, by) => (x >>> by) | (x << (32 - by));

const schedule = new Int32Array(64);

/** SHA-256 of one padded block. @param {Int32Array} block 16 words @param {Int32Array} out 8 words */
function sha256(block, out) {
  const w = schedule;
  w.set(block);
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15];
    const y = w[i - 2];
    const s0 = turn(x, 7) ^ turn(x, 18) ^ (x >>> 3);
    w[i] = (w[i - 16] + s0 + w[i - 7] + (turn(y, 17) ^ turn(y, 19) ^ (y >>> 10))) | 0;
  }
  let [a, b, c, d, e, f, g, h] = START;
  for (let i = 0; i < 64; i++) {
    const s1 = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
    const one = (h + s1 + ((e & f) ^ (~e & g)) + ROUNDS[i] + w[i]) | 0;
    const s0 = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => (out[i] = (START[i] + word) | 0));
}

/** Text of at most 55 ASCII signs as one padded block. */
function blockOf(text, block) {
  block.fill(0);
  for (let i = 0; i < text.length; i++) block[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3));
  block[text.length >> 2] |= 0x80 << (24 - 8 * (text.length & 3));
  block[15] = 8 * text.length;
  return block;
}

/** Zero bits at the beginning of SHA-256 of a short text. */
export function zeroBits(text, block = new Int32Array(16), out = new Int32Array(8)) {
  sha256(blockOf(text, block), out);
  return out[0] ? Math.clz32(out[0]) : 32 + Math.clz32(out[1]);
}

const rest = () => new Promise((done) => setTimeout(done));

/**
 * @param {string} challenge "<bits>.<expires>.<signature>"
 * @returns {Promise<string>} the proof
 */
export async function solve(challenge) {
  const bits = parseInt(challenge, 10);
  const block = new Int32Array(16);
  const out = new Int32Array(8);
  for (let number = 0, until = performance.now() + SLICE_MS; ; number++) {
    const proof = `${challenge}.${number}`;
    if (proof.length > ONE_BLOCK) throw new Error("too long a challenge");
    if (zeroBits(proof, block, out) >= bits) return proof;
    if (number % 64 || performance.now() < until) continue;
    await rest();
    until = performance.now() + SLICE_MS;
  }
}
