import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { sendWithWork } from "../../static/src/panel/callback_loader.js";
import { solve, zeroBits } from "../../static/src/callback/work.js";

/** Zero bits by Node's own SHA-256. */
function bitsOf(text) {
  const hex = createHash("sha256").update(text).digest("hex");
  return [...hex].map((digit) => parseInt(digit, 16).toString(2).padStart(4, "0")).join("").indexOf("1");
}

test("our SHA-256 is SHA-256", () => {
  for (let n = 0; n < 2000; n++) {
    const text = `${n * 7919}`.repeat((n % 9) + 1).slice(0, 55);
    assert.equal(zeroBits(text), bitsOf(text), text);
  }
});

test("the work that was asked for is done", async () => {
  const challenge = `12.1795435200.${"ab".repeat(16)}`;
  const proof = await solve(challenge);
  assert.ok(proof.startsWith(challenge + "."));
  assert.ok(bitsOf(proof) >= 12);
});

test("the page is not held up for longer than a moment", async () => {
  let longest = 0;
  let last = performance.now();
  const beat = setInterval(() => {
    longest = Math.max(longest, performance.now() - last);
    last = performance.now();
  }, 1);
  await solve(`15.1795435200.${"cd".repeat(16)}`);
  clearInterval(beat);
  assert.ok(longest < 100, `${longest} ms`);
});

test("what is refused for other reasons is not sent again", async () => {
  let sent = 0;
  const refused = Object.assign(new Error("no"), { code: "bad_phone" });
  await assert.rejects(
    sendWithWork("", { key: "k" }, () => {
      sent++;
      throw refused;
    }),
    refused,
  );
  assert.equal(sent, 1);
});
