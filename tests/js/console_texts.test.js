// Every sentence that the console's scripts ask for exists, in both languages; scripts of every page use shell.* only.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

const ROOT = new URL("../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, ROOT), "utf8");

/** Keys of a catalogue: `[table]` and `key = …` lines are all it holds. */
function keysOf(room, language) {
  let table = room;
  const keys = new Set();
  for (const line of read(`config/texts/${room}.${language}.toml`).split("\n")) {
    const heading = /^\[(.+)\]$/.exec(line);
    const key = /^(\w+) =/.exec(line);
    if (heading) table = `${room}.${heading[1]}`;
    if (key) keys.add(`${table}.${key[1]}`);
  }
  return keys;
}

const scripts = (folder) =>
  readdirSync(new URL(folder, ROOT))
    .filter((name) => name.endsWith(".js"))
    .map((name) => folder + name);
const asked = (path) =>
  [...read(path).matchAll(/\b(?:t|block)\(\s*"((?:shell|inbox)\.[\w.]+)"/g)].map((found) => found[1]);

test("both languages say the same things", () => {
  for (const room of ["shell", "inbox"])
    assert.deepEqual([...keysOf(room, "ru")].sort(), [...keysOf(room, "en")].sort());
});

test("what scripts ask for is there", () => {
  const known = new Set([...keysOf("shell", "ru"), ...keysOf("inbox", "ru")]);
  for (const folder of ["static/console/", "static/console/calls/", "static/console/inbox/"])
    for (const path of scripts(folder))
      for (const key of asked(path)) assert.ok(known.has(key), `${path} asks for ${key}`);
});

test("scripts of every page do not need the inbox's words", () => {
  for (const path of [...scripts("static/console/"), ...scripts("static/console/calls/")])
    assert.deepEqual(
      asked(path).filter((key) => !key.startsWith("shell.")),
      [],
      path,
    );
});
