// Visitors and operators who write and read all the time, with the product's own client modules.
// node --experimental-websocket crowd.mjs <settings as JSON>; prints "started", then, once stdin says "stop" and all is
// quiet, one line of JSON: what each of them saw.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createDelivery } from "../../static/src/delivery.js";
import { newId } from "../../static/src/ids.js";
import { createSession } from "../../static/src/panel/session.js";
import { connect } from "../../static/src/socket.js";
import { emptyThread, reduceThread } from "../../static/src/thread.js";

const settings = JSON.parse(process.argv[2]);
const server = settings.url;
let isOver = false;
let begin;
const everybodyThere = new Promise((resolve) => (begin = resolve));
const sent = new Map(); // body → {author, at, confirmed}
const faults = { twice: 0, disorder: 0, refused: 0 };

// What the modules ask of a browser.
globalThis.document = Object.assign(new EventTarget(), { visibilityState: "visible" });
globalThis.window = globalThis;
globalThis.addEventListener = () => {};
const plainFetch = globalThis.fetch;
globalThis.fetch = (url, options = {}) =>
  plainFetch(url, { ...options, headers: { Origin: settings.origin, ...options.headers } });
const PlainSocket = globalThis.WebSocket;
const socketWith = (headers) =>
  class extends PlainSocket {
    constructor(url) {
      super(url, { headers });
    }
  };
globalThis.WebSocket = socketWith({ Origin: settings.origin });

const memory = () => {
  const values = new Map();
  return { get: (name) => structuredClone(values.get(name)), set: (value, name) => values.set(name, structuredClone(value)) };
};

/** What one reader saw of one conversation: in order, never twice. */
function eye(name) {
  const seen = { name, bodies: [], at: [], known: new Set(), perAuthor: new Map(), taken: 0 };
  return Object.assign(seen, {
    look(thread) {
      const fresh = thread.messages.slice(seen.taken);
      for (const message of fresh.filter(({ kind = "text" }) => kind === "text")) {
        if (seen.known.has(message.client_id)) faults.twice++;
        seen.known.add(message.client_id);
        const [author, count] = message.body.split(":");
        if (+count !== (seen.perAuthor.get(author) ?? 0) + 1) faults.disorder++;
        seen.perAuthor.set(author, +count);
        seen.bodies.push(message.body);
        seen.at.push(Date.now());
      }
      seen.taken = thread.messages.length;
    },
  });
}

/** Writes at random moments once all are there (a visitor's first words come before); notes when each was sent. */
async function writer(name, send, isVisitor) {
  let count = 0;
  const write = () => {
    const body = `${name}:${++count}`;
    sent.set(body, { at: Date.now() });
    send(body);
  };
  const next = () => {
    if (isOver) return;
    write();
    setTimeout(next, settings.pause * (0.5 + Math.random()));
  };
  if (isVisitor) write();
  await everybodyThere;
  next();
}

const confirm = (bodies) => {
  for (const body of bodies) {
    const one = sent.get(body);
    if (one) one.confirmed ??= Date.now();
  }
};

function visitor(index) {
  const name = `v${index}`;
  const watch = eye(name);
  const session = createSession(
    {
      options: { server, site: settings.site },
      visitor: { id: newId(), secret: newId() },
      lang: "ru",
      context: () => ({ page: settings.origin + "/" + name }),
      store: memory(),
      setUnread() {},
      setOnline() {},
      emit() {},
      renew() {
        faults.refused++;
      },
    },
    () => {
      watch.look(session.state.thread);
      confirm(watch.bodies.slice(-50).filter((body) => body.startsWith(name + ":")));
    },
  );
  session.start(true);
  writer(name, (body) => session.send({ body }), true);
  return { watch, isQuiet: () => !session.state.thread.pending.length, last: () => session.state.thread.last };
}

async function logIn(email) {
  const soon = () => ({ signal: AbortSignal.timeout(5000) });
  const page = await plainFetch(server + "/console/login", soon());
  const cookie = (page.headers.getSetCookie().find((one) => one.startsWith("console=")) || "").split(";")[0];
  const token = /name="csrf_token" value="([^"]+)"/.exec(await page.text())[1];
  const body = new URLSearchParams({ csrf_token: token, email, password: settings.password });
  const answer = await plainFetch(server + "/console/login", {
    method: "POST",
    body,
    headers: { cookie, Referer: server + "/" },
    redirect: "manual",
    ...soon(),
  });
  if (answer.status !== 302) throw new Error(`login: ${answer.status}`);
  const own = answer.headers.getSetCookie().find((one) => one.startsWith("console=")).split(";")[0];
  const inbox = await (await plainFetch(server + "/console/", { headers: { cookie: own }, ...soon() })).text();
  return { cookie: own, csrf: /"csrf": "([^"]+)"/.exec(inbox)[1] };
}

async function patiently(act) {
  for (;;)
    try {
      return await act();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
}

/** An operator with all conversations open, who writes in two of them. */
async function operator(index) {
  const name = `o${index}`;
  const { cookie, csrf } = await patiently(() => logIn(settings.operators[index]));
  const threads = new Map();
  const api = async (path, body) => {
    const answer = await plainFetch(`${server}/console/api${path}`, {
      method: body ? "POST" : "GET",
      headers: { cookie, Referer: server + "/", ...(body && { "Content-Type": "application/json", "X-CSRFToken": csrf }) },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(10_000),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };
  const asked = async (event, data) => {
    const answer = await line.ask(event, data);
    if (answer?.error) throw Object.assign(new Error(answer.error.code), answer.error);
    return answer;
  };
  const line = connect({
    server,
    namespace: "/console",
    Socket: socketWith({ cookie, Origin: server }),
    onEvent(event, data) {
      if (event === "message") threads.get(data.conversation)?.delivery.take(data.message);
      if (event === "conversation") threads.get(data.conversation.id)?.delivery.told(data.conversation.last_seq);
    },
    onState: () => threads.forEach(({ delivery }) => delivery.connectionChanged()),
  });

  function join(id) {
    let thread = emptyThread();
    const watch = eye(`${name}@${id}`);
    const path = `/conversations/${id}`;
    const delivery = createDelivery({
      store: memory(),
      key: id,
      isConnected: () => line.connected,
      post: (one) => (line.connected ? asked("post", { conversation: id, ...one }) : api(`${path}/messages`, one)),
      fetchAfter: (after) =>
        line.connected ? asked("sync", { conversation: id, after }) : api(`${path}/messages?after=${after}`),
      getLast: () => thread.last,
      onEvent(event) {
        thread = reduceThread(thread, event.type === "queued" ? { ...event, author: "operator" } : event);
        if (event.type === "refused") faults.refused++;
        watch.look(thread);
        if (event.type === "message") confirm([event.message.body].filter((body) => body.startsWith(name)));
      },
    });
    threads.set(id, { delivery, watch, isQuiet: () => !thread.pending.length, last: () => thread.last });
    delivery.open();
  }

  const listed = await patiently(async () => {
    const { conversations } = await api("/inbox?queue=open");
    if (conversations.length < settings.visitors) throw new Error("not all are there yet");
    return conversations.map(({ id }) => id).sort();
  });
  listed.forEach(join);
  for (const step of [0, 1]) {
    const id = listed[(index + step) % listed.length];
    writer(`${name}${"ab"[step]}`, (body) => threads.get(id).delivery.send({ body }));
  }
  return [...threads.values()];
}

/** Which moments the server was up: [[from, to] …], written by the one who kills it. */
const upTimes = () => JSON.parse(readFileSync(settings.upTimes, "utf8"));

/** A function that tells for how many milliseconds the server had been up by a moment; a million are asked for. */
function upUntil(times) {
  const before = [0];
  for (const [start, end] of times) before.push(before.at(-1) + (end ?? start) - start);
  return (moment) => {
    let low = 0;
    for (let high = times.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (times[middle][0] <= moment) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return 0;
    const [start, end] = times[low - 1];
    return before[low - 1] + Math.min(moment, end ?? moment) - start;
  };
}

const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;

function report(everybody, settled) {
  const up = upUntil(upTimes());
  const acks = [...sent.values()].map(({ at, confirmed }) => confirmed - at);
  const delays = [];
  const upDelays = [];
  for (const { watch } of everybody)
    watch.bodies.forEach((body, index) => {
      const { confirmed } = sent.get(body);
      delays.push(Math.max(0, watch.at[index] - confirmed));
      upDelays.push(Math.max(0, up(watch.at[index]) - up(confirmed)));
    });
  for (const all of [delays, upDelays, acks]) all.sort((a, b) => a - b);
  const spread = (all) => ({ p50: quantile(all, 0.5), p99: quantile(all, 0.99), max: all.at(-1) ?? 0 });
  return {
    sent: sent.size,
    confirmed: [...sent.values()].filter(({ confirmed }) => confirmed).length,
    ...faults,
    shown: delays.length,
    delay: spread(delays),
    upDelay: spread(upDelays),
    ack: spread(acks),
    settled,
    bodies: [...sent.keys()],
    threads: everybody.map(({ watch }) => ({ name: watch.name, bodies: watch.bodies })),
  };
}

const visitors = Array.from({ length: settings.visitors }, (_, index) => visitor(index));
const operators = (await Promise.all(settings.operators.map((_, index) => operator(index)))).flat();
begin();
console.log("started");
for await (const line of createInterface({ input: process.stdin })) if (line === "stop") break;
isOver = true;
const ended = Date.now();
const everybody = [...visitors, ...operators];
const isQuiet = () => everybody.every((one) => one.isQuiet());
const lasts = () => everybody.map((one) => one.last()).join();
for (let same = 0, before = "", tries = 0; same < 20 && tries < settings.settleSeconds * 10; tries++) {
  await new Promise((resolve) => setTimeout(resolve, 100));
  same = isQuiet() && before === lasts() ? same + 1 : 0;
  before = lasts();
}
process.stdout.write(JSON.stringify(report(everybody, Date.now() - ended - 2000)) + "\n", () => process.exit(0));
