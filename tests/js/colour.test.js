import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { accentColours, contrast, untilReadable } from "../../static/src/colour.js";

const AA = 4.5;

test("contrast is WCAG's", () => {
  assert.equal(contrast("#000000", "#ffffff"), 21);
  assert.ok(Math.abs(contrast("#777777", "#ffffff") - 4.48) < 0.01);
});

test("text on any accent passes AA", () => {
  for (let hue = 0; hue < 4096; hue += 7) {
    const accent = "#" + hue.toString(16).padStart(3, "0");
    const { fill, text } = accentColours(accent);
    assert.ok(contrast(fill, text) >= AA, `${accent}: ${contrast(fill, text)}`);
  }
});

test("a readable accent stays as the site chose it, nonsense becomes our blue", () => {
  assert.deepEqual(accentColours("#0b6bcb"), { accent: "#0b6bcb", fill: "#0b6bcb", text: "#ffffff" });
  for (const bad of ["red", "", null, undefined, "#12345", "url(x)"])
    assert.equal(accentColours(bad).accent, "#0b6bcb");
});

test("the accent as text is moved until it reads on the surface", () => {
  for (const accent of ["#ffe000", "#0b6bcb", "#000000", "#ffffff"]) {
    assert.ok(contrast(untilReadable(accent, "#000000", "#eef1f5"), "#eef1f5") >= AA);
    assert.ok(contrast(untilReadable(accent, "#ffffff", "#2c3138"), "#2c3138") >= AA);
  }
});

// --- the design tokens ---

/** oklch(l c h) → "#rrggbb" (Björn Ottosson's matrices). */
function hex([l, c, h]) {
  const [a, b] = [c * Math.cos((h * Math.PI) / 180), c * Math.sin((h * Math.PI) / 180)];
  const [x, y, z] = [
    l + 0.3963377774 * a + 0.2158037573 * b,
    l - 0.1055613458 * a - 0.0638541728 * b,
    l - 0.0894841775 * a - 1.291485548 * b,
  ].map((v) => v ** 3);
  const linear = [
    4.0767416621 * x - 3.3077115913 * y + 0.2309699292 * z,
    -1.2684380046 * x + 2.6097574011 * y - 0.3413193965 * z,
    -0.0041960863 * x - 0.7034186147 * y + 1.707614701 * z,
  ];
  const part = (v) =>
    Math.round(255 * Math.min(1, Math.max(0, v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055)));
  return "#" + linear.map((v) => part(v).toString(16).padStart(2, "0")).join("");
}

function readTokens() {
  const css = readFileSync(new URL("../../static/tokens.css", import.meta.url), "utf8");
  const [light, dark] = css.split("@media (prefers-color-scheme: dark)");
  const read = (text) =>
    Object.fromEntries([...text.matchAll(/(--[\w-]+):\s*([^;]+);/g)].map(([, name, value]) => [name, value]));
  const first = read(light);
  return { light: first, dark: { ...first, ...read(dark.split("@media")[0]) } };
}

function colourOf(tokens, name) {
  const value = tokens[name];
  const other = /^var\((--[\w-]+)\)$/.exec(value);
  return other
    ? colourOf(tokens, other[1])
    : hex(/oklch\(([^)/]+)/.exec(value)[1].trim().split(/\s+/).map(Number));
}

for (const [scheme, tokens] of Object.entries(readTokens())) {
  test(`tokens: text passes AA on the surfaces (${scheme})`, () => {
    const pairs = ["--text", "--text-2", "--accent-ink", "--success", "--warning", "--danger"].flatMap(
      (ink) => ["--surface", "--surface-2", "--canvas"].map((ground) => [ink, ground]),
    );
    pairs.push(
      ["--accent-text", "--accent-fill"],
      ["--success", "--success-soft"],
      ["--warning", "--warning-soft"],
      ["--danger", "--danger-soft"],
    );
    for (const [ink, ground] of pairs) {
      const found = contrast(colourOf(tokens, ink), colourOf(tokens, ground));
      assert.ok(found >= AA, `${ink} on ${ground}: ${found.toFixed(2)}`);
    }
    assert.ok(
      contrast(colourOf(tokens, "--field-line"), colourOf(tokens, "--surface")) >= 3,
      "field borders are seen",
    );
  });
}
