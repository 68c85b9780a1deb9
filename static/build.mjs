// Builds static/callback.js and static/chat_kit.js, then static/panel.js that knows their hashes, then static/widget.js that knows the panel's and
// those of static/numbers.js, static/extras.js and static/identity.js.
// Same input, same bytes.
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const here = new URL("./", import.meta.url);
const path = (name) => new URL(name, here).pathname;
const PANEL_SHEETS = ["launcher", "panel/frame", "panel/forms", "panel/progress", "panel/chat", "chat_kit/chat_kit"].map(
  (name) => `src/${name}.css`,
);
const LIMITS = { "widget.js": 8 * 1024, "panel.js": 25 * 1024, "callback.js": 20 * 1024, "chat_kit.js": 15 * 1024, "numbers.js": 4 * 1024, "extras.js": 5 * 1024, "identity.js": 2 * 1024, "console/phone.js": 60 * 1024 };

const declared = (line) => /^\s*(--[\w-]+):\s*(.*);/.exec(line) || [];

/** Custom properties that stand only once, ready to be written where they are read. */
function constants(tokens) {
  const all = tokens.split("\n").map(declared);
  const once = all.filter(([, name]) => name && all.filter((other) => other[1] === name).length === 1);
  return new Map(
    once.filter(([, name]) => !name.startsWith("--accent")).map(([, name, value]) => [name, value]),
  );
}

function inline(css, known) {
  const put = css.replace(/var\((--[\w-]+)\)/g, (found, name) => known.get(name) ?? found);
  return put === css ? css : inline(put, known);
}

/** What host.js writes on every root of ours: the site's own colours. */
const DRESSED = ["--accent", "--accent-fill", "--accent-text"];

/** Leaves out custom properties that nobody reads: the launcher needs a few of the tokens. */
function pruneTokens(tokens, users) {
  const lines = tokens
    .replaceAll(":root,\n", "")
    .replace(/^\s*:root,\n/gm, "")
    .split("\n");
  const reads = (text) => [...text.matchAll(/var\((--[\w-]+)/g)].map((found) => found[1]);
  const used = new Set(users.flatMap(reads));
  for (let size = -1; size !== used.size;) {
    size = used.size;
    for (const line of lines) if (used.has(declared(line)[1])) reads(line).forEach((name) => used.add(name));
  }
  DRESSED.forEach((name) => used.delete(name));
  return lines.filter((line) => !declared(line)[1] || used.has(declared(line)[1])).join("\n");
}

const readSheets = (names) => Promise.all(names.map((name) => readFile(path(name), "utf8")));

const cssAsText = (users) => ({
  name: "css-as-text",
  setup(build) {
    build.onLoad({ filter: /\.css$/ }, async ({ path: file }) => {
      const tokens = await readFile(path("tokens.css"), "utf8");
      const known = constants(tokens);
      let source = inline(await readFile(file, "utf8"), known);
      if (file.endsWith("tokens.css"))
        source = pruneTokens(
          source,
          (await readSheets(users)).map((css) => inline(css, known)),
        );
      const { code } = await esbuild.transform(source, {
        loader: "css",
        minify: true,
        target: ["chrome111", "safari15.4"],
      });
      return { contents: code.trim().replace(/(--[\w-]+): /g, "$1:"), loader: "text" };
    });
  },
});

async function bundle(name, format, sheets = [], define = {}, folder = "src/", banner = "") {
  const result = await esbuild.build({
    entryPoints: [path(folder + name)],
    bundle: true,
    minify: true,
    write: false,
    format,
    define,
    charset: "utf8",
    target: ["chrome111", "safari15.4", "firefox113"],
    legalComments: "none",
    banner: { js: banner },
    plugins: [cssAsText(sheets)],
    logLevel: "error",
  });
  return Buffer.from(result.outputFiles[0].contents);
}

/** What libphonenumber knows, by calling code: a code's countries need each other, and nobody else. */
async function phoneTables() {
  const file = path("../node_modules/libphonenumber-js/metadata.max.json");
  const { version, country_calling_codes, countries } = JSON.parse(await readFile(file, "utf8"));
  const table = ([code, names]) => ({
    version,
    country_calling_codes: { [code]: names },
    countries: Object.fromEntries(names.map((name) => [name, countries[name]])),
    nonGeographic: {},
  });
  return Object.fromEntries(Object.entries(country_calling_codes).map((one) => [one[0], table(one)]));
}

const fingerprint = (...parts) =>
  parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest("hex").slice(0, 12);

const tables = await phoneTables();
const phoneCodes = Buffer.from(JSON.stringify(tables) + "\n");
const callback = await bundle("callback.js", "esm", [], { CODES: JSON.stringify(Object.keys(tables).join(" ")) });
const chatKit = await bundle("chat_kit.js", "esm", PANEL_SHEETS);
const panel = await bundle("panel.js", "esm", PANEL_SHEETS, {
  CALLBACK_PATH: JSON.stringify(`/widget/callback-${fingerprint(callback, phoneCodes)}`),
  KIT_PATH: JSON.stringify(`/widget/kit-${fingerprint(chatKit)}.js`),
});
const numbers = await bundle("numbers.js", "esm", [], {});
const extras = await bundle("extras.js", "esm", [], {});
const identity = await bundle("identity.js", "esm", [], {});
const beside = fingerprint(numbers, extras, identity); // one for the three: a name that repeats costs the launcher nothing
const licence = await readFile(path("../node_modules/jssip/LICENSE.md"), "utf8");
const phone = await bundle("sip.js", "esm", [], {}, "console/phone/", `/* JsSIP (https://jssip.net)\n\n${licence.trim()}\n*/`);
const { version } = JSON.parse(await readFile(path("../package.json"), "utf8"));
const widget = await bundle("widget.js", "iife", ["src/launcher.css"], {
  PANEL_PATH: JSON.stringify(`/widget/panel-${fingerprint(panel)}.js`),
  NUMBERS_PATH: JSON.stringify(`/widget/numbers-${beside}.js`),
  EXTRAS_PATH: JSON.stringify(`/widget/extras-${beside}.js`),
  IDENTITY_PATH: JSON.stringify(`/widget/identity-${beside}.js`),
  VERSION: JSON.stringify(version),
});

const packed = (bytes) => gzipSync(bytes, { level: 9 }).length;
const largest = Math.max(...Object.values(tables).map((table) => packed(`export default ${JSON.stringify(table)};`)));
const files = { "widget.js": widget, "panel.js": panel, "callback.js": callback, "chat_kit.js": chatKit, "numbers.js": numbers, "extras.js": extras, "identity.js": identity, "console/phone.js": phone };
const sizes = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, packed(bytes)]));
sizes["callback.js"] += largest;
console.log(`callback.js  gzip ${packed(callback)} B + ${largest} B for the calling code with most countries`);
for (const [name, bytes] of Object.entries(files)) {
  console.log(`${name}  ${bytes.length} B, gzip ${sizes[name]} B of ${LIMITS[name]} B`);
  if (sizes[name] > LIMITS[name]) process.exitCode = 1;
  await writeFile(path(name), bytes);
}
await writeFile(path("phone_codes.json"), phoneCodes);
