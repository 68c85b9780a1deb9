// One session of the real scenario for a program that plays Voximplant (tests/calls/providers/voximplant_bench.py): it
// writes a command a line, and reads what the scenario asks of the server and how its legs are.

import { createInterface } from "node:readline";
import { settle } from "./cast.js";
import { runScenario } from "./voxengine.js";

const waiting = new Map(); // number of a request → what takes its answer
let count = 0;
let session = null;

const answer = (request) =>
  new Promise((done) => {
    waiting.set(++count, { request, done });
  });

const acts = {
  open: ({ customData, secrets, now }) => {
    session = runScenario({ answer, customData, secrets });
    session.now = now;
  },
  start: ({ id, address }) => session.start({ sessionId: id, accessSecureURL: address }),
  callIn: ({ dialled, caller }) => session.callIn(dialled, caller),
  poke: () => session.poke(),
  pass: ({ ms }) => session.pass(ms),
  reply: ({ n, code, text }) => {
    waiting.get(n).done({ code, text });
    waiting.delete(n);
  },
  connect: ({ leg }) => session.legs[leg].connect(),
  fail: ({ leg, code }) => session.legs[leg].fail(code),
  disconnect: ({ leg }) => session.legs[leg].disconnect(),
  press: ({ leg, key }) => session.legs[leg].press(key),
  finishSaying: ({ leg }) => session.legs[leg].finishSaying(),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { act, ...parts } = JSON.parse(line);
  await acts[act](parts);
  await settle();
  const asked = [...waiting].map(([n, { request }]) => ({ n, ...request }));
  const legs = session.legs.map(({ by, to, shown, state, said, hears, rejected }) => ({
    by, to, shown, state, said: said.length, words: said, hears, rejected: rejected ?? null,
  })); // prettier-ignore
  const joined = session.bridges.map((pair) => pair.map((leg) => session.legs.indexOf(leg)));
  process.stdout.write(`${JSON.stringify({ asked, legs, joined, terminated: session.terminated })}\n`);
}
