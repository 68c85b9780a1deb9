// The site chooses one accent; what stands on it and what is written in it must stay readable (WCAG AA).

const parse = (hex) => [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
const toHex = (rgb) => "#" + rgb.map((part) => Math.round(part).toString(16).padStart(2, "0")).join("");
const linear = (part) => ((part /= 255) <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
const luminance = (rgb) => rgb.reduce((sum, part, i) => sum + linear(part) * [0.2126, 0.7152, 0.0722][i], 0);

/** WCAG contrast of two colours `#rrggbb`. */
export function contrast(one, other) {
  const [low, high] = [luminance(parse(one)), luminance(parse(other))].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** Moves a colour towards another until it reads on the ground (4.5 : 1 and a little). */
export function untilReadable(hex, towards, ground) {
  let colour = hex;
  for (let step = 0; step <= 20 && contrast(colour, ground) < 4.6; step++) {
    colour = toHex(parse(hex).map((part, i) => part + ((parse(towards)[i] - part) * step) / 20));
  }
  return colour;
}

/**
 * @param {string} accent `#rrggbb` or `#rgb`; anything else becomes our blue
 * @returns {{accent: string, fill: string, text: string}} the accent, and a fill with text on it
 */
export function accentColours(accent) {
  let hex = /^#[\da-f]{3}$/i.test(accent) ? accent.replace(/[\da-f]/gi, "$&$&") : accent;
  if (!/^#[\da-f]{6}$/i.test(hex)) hex = "#0b6bcb";
  const light = contrast(hex, "#ffffff") >= 2.8;
  return light
    ? { accent: hex, fill: untilReadable(hex, "#000000", "#ffffff"), text: "#ffffff" }
    : { accent: hex, fill: hex, text: "#14181d" };
}
