// One visitor who writes as fast as they can, and others who write as people do.
// node flood_load.mjs <settings.json>; prints "connected", then, once stdin says "go", one line of JSON.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { newId, open, pause } from "./frames.mjs";

const settings = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { seconds, rate } = settings;
const lines = [];
for (const one of settings.sockets) lines.push({ ...one, line: await open(settings.url, one) });
const operators = lines.filter(({ role }) => role === "operator");
const [flooder, ...others] = lines.filter(({ role }) => role === "visitor");
const quantile = (all, share) => all.sort((a, b) => a - b)[Math.floor(all.length * share)] ?? 0;

/** Everybody else writes twice a second: how long until they are answered, and until operators have it. */
async function talk(isOver) {
  const acks = [];
  const shown = [];
  const bodies = new Set();
  let sent = 0;
  for (const { line } of operators)
    line.hear = (event, data) => {
      if (event !== "message" || !data.message.body.startsWith("calm ")) return;
      bodies.add(data.message.body);
      shown.push(performance.now() - Number(data.message.body.split(" ")[1]));
    };
  await Promise.all(
    others.map(async ({ line }) => {
      await pause(500 * Math.random());
      for (; !isOver(); await pause(500)) {
        const at = performance.now();
        sent++;
        line.ask("post", { client_id: newId(), body: `calm ${at}` }, (answer) => answer.message && acks.push(performance.now() - at));
      }
    }),
  );
  await pause(2000);
  return { sent, acked: acks.length, shown: bodies.size, ackP99: quantile(acks, 0.99), shownP99: quantile(shown, 0.99) };
}

async function flood() {
  const told = { sent: 0, taken: [], refused: 0, words: "" };
  const began = performance.now();
  while (performance.now() - began < seconds * 1000 && !flooder.line.isClosed) {
    for (const due = ((performance.now() - began) * rate) / 1000; told.sent < due; told.sent++) {
      const body = `flood ${told.sent}`;
      flooder.line.ask("post", { client_id: newId(), body }, (answer) => {
        if (answer.message) told.taken.push(body);
        else {
          told.refused++;
          told.words = `${answer.error.code}: ${answer.error.message}`;
        }
      });
    }
    await pause(5);
  }
  return told;
}

const during = (span) => {
  const until = performance.now() + span * 1000;
  return () => performance.now() > until;
};
console.log("connected");
for await (const line of createInterface({ input: process.stdin })) if (line === "go") break;
const calm = await talk(during(seconds));
const [flooded, told] = await Promise.all([talk(during(seconds)), flood()]);
process.stdout.write(JSON.stringify({ calm, flooded, told }) + "\n", () => process.exit(0));
