import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { connect } from "../../static/src/socket.js";

let lines;

class FakeSocket {
  sent = [];
  isClosed = false;
  constructor(url) {
    this.url = url;
    lines.push(this);
  }
  send(packet) {
    this.sent.push(packet);
  }
  close() {
    this.isClosed = true;
  }
  says(...packets) {
    packets.forEach((data) => this.onmessage({ data }));
  }
}

const OPEN = '0{"sid":"s","upgrades":[],"pingInterval":25000,"pingTimeout":20000}';
const events = [];
const states = [];

beforeEach(() => {
  lines = [];
  events.length = states.length = 0;
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

function dial(parts = {}) {
  const line = connect({
    server: "https://w.example",
    namespace: "/visitor",
    auth: () => ({ site: "demo" }),
    Socket: FakeSocket,
    onEvent: (...event) => events.push(event),
    onState: (connected) => states.push(connected),
    ...parts,
  });
  return { line, socket: () => lines.at(-1) };
}

function online(parts) {
  const made = dial(parts);
  made.socket().says(OPEN, '40/visitor,{"sid":"x"}');
  return made;
}

test("opens a WebSocket, then the namespace with its auth", () => {
  const { socket, line } = dial();
  assert.equal(socket().url, "wss://w.example/socket.io/?EIO=4&transport=websocket");
  assert.equal(line.connected, false);
  socket().says(OPEN);
  assert.deepEqual(socket().sent, ['40/visitor,{"site":"demo"}']);
  socket().says('40/visitor,{"sid":"x"}');
  assert.equal(line.connected, true);
  assert.deepEqual(states, [true]);
});

test("answers pings and passes events of its namespace on", () => {
  const { socket } = online();
  socket().says(
    "2",
    '42/visitor,["message",{"seq":1,"body":"a,b]"}]',
    '42/other,["message",{}]',
    '42["root",{}]',
  );
  assert.equal(socket().sent.at(-1), "3");
  assert.deepEqual(events, [["message", { seq: 1, body: "a,b]" }]]);
});

test("an ack resolves its own question", async () => {
  const { line, socket } = online();
  const first = line.ask("post", { body: "a" });
  const second = line.ask("sync", { after: 0 });
  assert.deepEqual(socket().sent.slice(-2), [
    '42/visitor,1["post",{"body":"a"}]',
    '42/visitor,2["sync",{"after":0}]',
  ]);
  socket().says('43/visitor,2[{"last_seq":5}]', '43/visitor,1[{"message":{"seq":5}}]', "43/visitor,9[1]");
  assert.deepEqual(await second, { last_seq: 5 });
  assert.deepEqual(await first, { message: { seq: 5 } });
});

test("a question without an answer fails, and the line with it", async () => {
  const { line, socket } = online();
  const asked = line.ask("post", {}, 8000);
  mock.timers.tick(8000);
  await assert.rejects(asked, /timeout/);
  assert.equal(socket().isClosed, true);
  assert.deepEqual(states, [true, false]);
});

test("a closed line fails its questions and is dialled again after a growing delay", async () => {
  const { line, socket } = online();
  const asked = line.ask("post");
  socket().onclose();
  await assert.rejects(asked, /disconnected/);
  await assert.rejects(line.ask("post"), /disconnected/);
  mock.timers.tick(500);
  assert.equal(lines.length, 2);
  socket().onclose();
  mock.timers.tick(499);
  assert.equal(lines.length, 2);
  mock.timers.tick(501);
  assert.equal(lines.length, 3);
});

test("silence longer than the server's ping means a dead line", () => {
  const { line } = online({ isWatched: () => false });
  mock.timers.tick(44_999);
  assert.equal(line.connected, true);
  mock.timers.tick(1);
  assert.equal(line.connected, false);
});

test("a ping keeps the line alive", () => {
  const { line, socket } = online({ isWatched: () => false });
  for (let i = 0; i < 5; i++) {
    mock.timers.tick(25_000);
    socket().says("2");
  }
  assert.equal(line.connected, true);
});

test("while somebody looks, a silent line is asked for a sign of life, and dropped without one", () => {
  const { line, socket } = online();
  mock.timers.tick(2000);
  assert.equal(socket().sent.at(-1), "2");
  socket().says("3");
  mock.timers.tick(1999);
  assert.equal(line.connected, true);
  mock.timers.tick(1);
  mock.timers.tick(1500);
  assert.equal(line.connected, false);
});

test("a line that speaks but does not hear is found out by a question without an answer", () => {
  const { line, socket } = online();
  line.ask("post").catch(() => {});
  for (let i = 0; i < 5; i++) {
    mock.timers.tick(500);
    socket().says('42/visitor,["message",{}]');
  }
  assert.equal(line.connected, false);
});

test("waking asks an open line for a sign of life", () => {
  const { line, socket } = online({ isWatched: () => false });
  line.wake();
  assert.equal(socket().sent.at(-1), "2");
  mock.timers.tick(1500);
  assert.equal(line.connected, false);
});

test("a dial that hangs is given up, the next one later", () => {
  dial();
  mock.timers.tick(3000);
  assert.equal(lines[0].isClosed, true);
  mock.timers.tick(500);
  assert.equal(lines.length, 2);
  mock.timers.tick(5999);
  assert.equal(lines[1].isClosed, false);
  mock.timers.tick(1);
  assert.equal(lines[1].isClosed, true);
});

test("waking dials at once, and not twice", () => {
  const { line, socket } = online();
  socket().onclose();
  line.wake();
  line.wake();
  assert.equal(lines.length, 2);
  mock.timers.tick(2999);
  assert.equal(lines.length, 2);
});

test("a refused namespace is told and tried again later", () => {
  const refused = [];
  const { socket } = dial({ onRefused: (error) => refused.push(error) });
  socket().says(OPEN, '44/visitor,{"message":"wrong_token"}');
  assert.deepEqual(refused, [{ message: "wrong_token" }]);
  assert.equal(socket().isClosed, true);
});

test("a page whose policy forbids sockets does no harm", () => {
  class Forbidden {
    constructor() {
      throw new Error("CSP");
    }
  }
  const { line } = dial({ Socket: Forbidden });
  assert.equal(line.connected, false);
});

test("closed is closed: late packets and timers change nothing", () => {
  const { line, socket } = online();
  const old = socket();
  line.close();
  old.says('42/visitor,["message",{}]');
  mock.timers.tick(100_000);
  assert.equal(lines.length, 1);
  assert.deepEqual(events, []);
});
