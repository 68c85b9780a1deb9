// A TCP proxy that ill-treats connections: they stall, are reset, go deaf on one side, or dribble single bytes.
// node proxy.mjs <listen port> <port of the server>; SIGUSR1: treat everybody well from now on.
import { connect, createServer } from "node:net";

const [listen, target] = process.argv.slice(2).map(Number);
const fates = { well: 0.5, stall: 0.15, reset: 0.15, halfOpen: 0.1, dribble: 0.1 };
const counted = {};
let isCalm = false;

const between = (low, high) => low + Math.random() * (high - low);
const soon = (low, high, act) => setTimeout(act, between(low, high));

function draw() {
  let left = Math.random();
  for (const [fate, share] of Object.entries(fates)) if ((left -= share) < 0) return fate;
  return "well";
}

/** Passes bytes on from one side to the other; `gate` decides when. */
function pipe(from, to, gate) {
  from.on("data", (bytes) => {
    if (gate.deaf) return;
    if (gate.dribble && bytes.length < 4096) for (const byte of bytes) to.write(Buffer.of(byte));
    else if (gate.stalled) gate.held.push(() => to.write(bytes));
    else to.write(bytes);
  });
  from.on("end", () => gate.deaf || to.end());
  for (const end of ["error", "close"]) from.on(end, () => gate.deaf || to.destroy());
}

function illTreat(fate, inner, outer, gates) {
  const all = Object.values(gates);
  if (fate === "stall")
    soon(200, 4000, () => {
      all.forEach((gate) => (gate.stalled = true));
      soon(500, 5000, () =>
        all.forEach((gate) => {
          gate.stalled = false;
          gate.held.splice(0).forEach((pass) => pass());
        }),
      );
    });
  if (fate === "reset")
    soon(100, 6000, () => {
      inner.resetAndDestroy();
      outer.resetAndDestroy();
    });
  if (fate === "halfOpen") soon(100, 6000, () => (gates[Math.random() < 0.5 ? "up" : "down"].deaf = true));
  if (fate === "dribble") all.forEach((gate) => (gate.dribble = true));
}

const open = new Set();
createServer({ noDelay: true }, (outer) => {
  const inner = connect({ port: target, host: "127.0.0.1", noDelay: true });
  const gates = { up: { held: [] }, down: { held: [] } };
  const fate = isCalm ? "well" : draw();
  counted[fate] = (counted[fate] || 0) + 1;
  open.add(gates);
  outer.on("close", () => open.delete(gates));
  pipe(outer, inner, gates.up);
  pipe(inner, outer, gates.down);
  illTreat(fate, inner, outer, gates);
}).listen(listen, "127.0.0.1", () => console.log("ready"));

process.on("SIGUSR1", () => (isCalm = true));
process.on("SIGTERM", () => {
  console.log(JSON.stringify(counted));
  process.exit(0);
});
