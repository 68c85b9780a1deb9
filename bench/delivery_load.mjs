// Visitors who write and operators who hear, over raw Socket.IO frames.
// node delivery_load.mjs <settings.json>; prints "connected", then, once stdin says "go", one line of JSON.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { newId, open, pause } from "./frames.mjs";

const settings = JSON.parse(readFileSync(process.argv[2], "utf8"));
const AT_ONCE = 40;
async function openAll(wanted) {
  const lines = [];
  for (let at = 0; at < wanted.length; at += AT_ONCE)
    lines.push(...(await Promise.all(wanted.slice(at, at + AT_ONCE).map((one) => open(settings.url, one)))));
  return lines;
}

const spread = (all) => {
  all.sort((a, b) => a - b);
  return { p50: all[Math.floor(all.length * 0.5)], p99: all[Math.floor(all.length * 0.99)] };
};
const entry = (site, body) => ({ client_id: newId(), body, site });

/** Messages at a fixed rate; milliseconds until the operator has them. */
async function deliver({ visitors, operators }, seconds, rate) {
  const delays = [];
  for (const { line } of operators)
    line.hear = (event, data) => event === "message" && delays.push(performance.now() - Number(data.message.body));
  const began = performance.now();
  let sent = 0;
  let acked = 0;
  while (performance.now() - began < seconds * 1000) {
    for (const due = ((performance.now() - began) * rate) / 1000; sent < due; sent++) {
      const { line, site } = visitors[sent % visitors.length];
      line.ask("post", entry(site, String(performance.now())), (answer) => answer.message && acked++);
    }
    await pause(2);
  }
  await pause(1500);
  for (const { line } of operators) line.hear = () => {};
  return { sent, acked, shown: delays.length, ...spread(delays) };
}

/** Everybody asks again as soon as they are answered: answers a second. */
async function closedLoops(lines, seconds, event, data) {
  let answers = 0;
  let refused = 0;
  let isOver = false;
  for (const one of lines) {
    const next = () =>
      one.line.ask(event, data(one), (answer) => {
        if (isOver) return;
        if (answer?.error) refused++;
        else answers++;
        next();
      });
    next();
  }
  await pause(seconds * 1000);
  isOver = true;
  await pause(500);
  return { perSecond: answers / seconds, refused };
}

const lines = await openAll(settings.sockets);
const everybody = settings.sockets.map((one, index) => ({ ...one, line: lines[index] }));
const visitors = everybody.filter(({ role }) => role === "visitor");
const operators = everybody.filter(({ role }) => role === "operator");
if (settings.join) for (const { line, site } of operators) line.ask("join", { site }, () => {});
console.log("connected");
for await (const line of createInterface({ input: process.stdin })) if (line === "go") break;
// Conversations are opened before anything is measured.
if (settings.phases.delivery)
  for (let at = 0; at < visitors.length; at += AT_ONCE)
    await Promise.all(
      visitors.slice(at, at + AT_ONCE).map(({ line, site }) => new Promise((done) => line.ask("post", entry(site, "0"), done))),
    );
await pause(2000);
const result = {};
for (const [phase, seconds] of Object.entries(settings.phases)) {
  if (phase === "delivery") result[phase] = await deliver({ visitors, operators }, seconds, settings.rate);
  if (phase === "send") result[phase] = await closedLoops(visitors, seconds, "post", ({ site }) => entry(site, "hello"));
  if (phase === "echo") result[phase] = await closedLoops(everybody, seconds, "echo", ({ site }) => entry(site, "hello"));
}
result.closed = lines.filter(({ isClosed }) => isClosed).length;
process.stdout.write(JSON.stringify(result) + "\n", () => process.exit(0));
