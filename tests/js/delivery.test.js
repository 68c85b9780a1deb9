import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { createDelivery } from "../../static/src/delivery.js";
import { emptyThread, reduceThread } from "../../static/src/thread.js";
import { memoryStore, message, settle } from "./cast.js";

/** The server's side: a conversation that knows client ids. */
class Server {
  messages = [];
  posts = 0;
  take(post, author = "visitor") {
    this.posts++;
    let found = this.messages.find(({ client_id }) => client_id === post.client_id);
    if (!found) this.messages.push((found = message(this.messages.length + 1, { ...post, author })));
    return found;
  }
  page(after) {
    return { messages: this.messages.slice(after, after + 200), last_seq: this.messages.length };
  }
}

const open = [];
afterEach(() => open.splice(0).forEach((delivery) => delivery.close()));

function talk(server = new Server(), parts = {}) {
  const made = { server, thread: emptyThread(), events: [], store: parts.store || memoryStore() };
  made.delivery = createDelivery({
    post: async (post) => ({ message: server.take(post) }),
    fetchAfter: async (after) => server.page(after),
    isConnected: () => true,
    store: made.store,
    key: "outbox",
    getLast: () => made.thread.last,
    onEvent: (event) => {
      made.events.push(event);
      made.thread = reduceThread(made.thread, event);
    },
    ...parts,
  });
  open.push(made.delivery);
  return made;
}
const bodies = ({ thread }) => thread.messages.map(({ body }) => body);
const waiting = ({ thread }) => thread.pending.map(({ body }) => body);

test("a message is shown at once, kept until the ack, then confirmed", async () => {
  const one = talk();
  one.delivery.send({ body: "hello" });
  assert.deepEqual(waiting(one), ["hello"]);
  assert.equal(one.delivery.outbox().length, 1);
  await settle();
  assert.deepEqual([bodies(one), waiting(one), one.delivery.outbox()], [["hello"], [], []]);
});

test("a lost ack is asked for again: stored once, shown once", async () => {
  const server = new Server();
  let lose = 1;
  const one = talk(server, {
    post: async (post) => {
      const taken = server.take(post);
      if (lose-- > 0) throw new Error("timeout");
      return { message: taken };
    },
  });
  one.delivery.send({ body: "hello" });
  await settle();
  assert.deepEqual(waiting(one), ["hello"]);
  one.delivery.connectionChanged();
  await settle();
  assert.deepEqual([bodies(one), waiting(one), server.messages.length, server.posts], [["hello"], [], 1, 2]);
});

test("the outbox goes out in order, one after the other, also from an earlier page", async () => {
  const store = memoryStore({ outbox: [{ client_id: "old", body: "old", at: "2026-11-23T09:00:00Z" }] });
  const one = talk(new Server(), { store });
  one.delivery.open();
  one.delivery.send({ body: "new" });
  assert.deepEqual(waiting(one), ["old", "new"]);
  await settle();
  assert.deepEqual(bodies(one), ["old", "new"]);
});

test("what cannot be sent holds back what comes after it", async () => {
  const server = new Server();
  let down = true;
  const one = talk(server, {
    post: async (post) => {
      if (down) throw new Error("offline");
      return { message: server.take(post) };
    },
  });
  one.delivery.send({ body: "first" });
  one.delivery.send({ body: "second" });
  await settle();
  assert.deepEqual(waiting(one), ["first", "second"]);
  down = false;
  one.delivery.wake();
  await settle();
  assert.deepEqual(
    server.messages.map(({ body }) => body),
    ["first", "second"],
  );
});

test("a new connection does not wait for an answer by the old way", async () => {
  const server = new Server();
  let hangs = true;
  const hang = () => new Promise(() => {});
  const one = talk(server, {
    post: (post) => (hangs ? hang() : Promise.resolve({ message: server.take(post) })),
    fetchAfter: (after) => (hangs ? hang() : Promise.resolve(server.page(after))),
  });
  one.delivery.open();
  one.delivery.send({ body: "mine" });
  server.messages.push(message(1));
  await settle();
  hangs = false;
  one.delivery.connectionChanged();
  await settle();
  assert.deepEqual([bodies(one), waiting(one)], [["№1", "mine"], []]);
});

test("what the server tells of is fetched, what is there already is not", async () => {
  const one = talk();
  one.server.messages.push(message(1));
  one.delivery.told(1);
  await settle();
  assert.deepEqual(bodies(one), ["№1"]);
  assert.equal(one.delivery.told(1), false);
});

test("who is told to slow down keeps the message, says so, and sends it later", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const server = new Server();
  const said = [];
  let most = 1;
  const one = talk(server, {
    post: async (post) => {
      if (server.messages.length >= most)
        throw Object.assign(new Error("too fast"), { code: "too_many", retryable: true, retry_after_seconds: 4 });
      return { message: server.take(post) };
    },
    onSlow: (words) => said.push(words),
  });
  one.delivery.open();
  one.delivery.send({ body: "first" });
  one.delivery.send({ body: "second" });
  await settle();
  assert.deepEqual([bodies(one), waiting(one), said.at(-1)], [["first"], ["second"], "too fast"]);
  most = 2;
  t.mock.timers.tick(4000);
  await settle();
  assert.deepEqual([bodies(one), waiting(one), said.at(-1)], [["first", "second"], [], ""]);
});

test("a final refusal leaves the outbox and says why; the next one goes", async () => {
  const server = new Server();
  const one = talk(server, {
    post: async (post) => {
      if (post.body === "bad") throw Object.assign(new Error("too long"), { retryable: false });
      return { message: server.take(post) };
    },
  });
  one.delivery.send({ body: "bad" });
  one.delivery.send({ body: "good" });
  await settle();
  assert.deepEqual(
    [bodies(one), one.thread.pending[0].refused, one.delivery.outbox()],
    [["good"], "too long", []],
  );
});

test("repeated and late pushes change nothing", async () => {
  const one = talk();
  const [a, b] = [message(1), message(2)];
  one.server.messages.push(a, b);
  [a, a, b, a, b].forEach((push) => one.delivery.take(push));
  await settle();
  assert.deepEqual(bodies(one), ["№1", "№2"]);
});

test("a gap is filled from the server, in order", async () => {
  const one = talk();
  one.server.messages.push(message(1), message(2), message(3));
  one.delivery.take(message(3));
  assert.deepEqual(bodies(one), []);
  await settle();
  assert.deepEqual(bodies(one), ["№1", "№2", "№3"]);
});

test("an ack that overtakes other messages waits for them", async () => {
  const one = talk();
  one.server.messages.push(message(1));
  one.delivery.send({ body: "mine" });
  await settle();
  assert.deepEqual([bodies(one), waiting(one)], [["№1", "mine"], []]);
});

test("a long absence is caught up page by page", async () => {
  const one = talk();
  for (let seq = 1; seq <= 450; seq++) one.server.messages.push(message(seq));
  await one.delivery.sync();
  await settle();
  assert.equal(one.thread.last, 450);
});

test("a failed sync is told and the next one works", async () => {
  const server = new Server();
  const links = [];
  let down = true;
  const one = talk(server, {
    fetchAfter: async (after) => {
      if (down) throw new Error("offline");
      return server.page(after);
    },
    onLink: (reachable) => links.push(reachable),
  });
  server.messages.push(message(1));
  await one.delivery.sync();
  down = false;
  await one.delivery.sync();
  assert.deepEqual([bodies(one), links], [["№1"], [false, true]]);
});

test("without a socket it asks every two seconds while it is open", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let fetched = 0;
  const one = talk(new Server(), {
    isConnected: () => false,
    fetchAfter: async () => (fetched++, { messages: [], last_seq: 0 }),
  });
  one.delivery.open();
  for (let i = 0; i < 3; i++) {
    await settle(3);
    t.mock.timers.tick(2000);
  }
  await settle(3);
  assert.equal(fetched, 4);
  one.delivery.close();
  t.mock.timers.tick(60_000);
  await settle(3);
  assert.equal(fetched, 4);
});

test("chaos with two tabs: nothing lost, nothing twice, order kept", async () => {
  let seed = 7;
  const chance = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  const server = new Server();
  const store = memoryStore();
  const shaky = {
    store,
    post: async (post) => {
      if (chance() < 0.2) throw new Error("lost on the way there");
      const taken = server.take(post);
      if (chance() < 0.2) throw new Error("lost on the way back");
      return { message: taken };
    },
    fetchAfter: async (after) => {
      if (chance() < 0.3) throw new Error("lost");
      return server.page(after);
    },
  };
  const tabs = [talk(server, shaky), talk(server, shaky)];
  for (let i = 0; i < 200; i++) {
    tabs[i % 2].delivery.send({ body: "m" + i });
    if (chance() < 0.3) server.take({ client_id: "op" + i, body: "op" + i }, "operator");
    for (const { delivery } of tabs) {
      if (chance() < 0.5) server.messages.slice(-3).forEach((push) => chance() < 0.7 && delivery.take(push));
      if (chance() < 0.3) delivery.wake();
    }
    await settle(2);
  }
  for (
    let i = 0;
    i < 300 &&
    (store.get("outbox").length || tabs.some(({ thread }) => thread.last < server.messages.length));
    i++
  ) {
    tabs.forEach(({ delivery }) => delivery.wake());
    await settle(5);
  }
  const mine = server.messages.filter(({ author }) => author === "visitor").map(({ body }) => body);
  assert.equal(new Set(mine).size, 200);
  assert.equal(mine.length, 200);
  for (const { thread } of tabs) {
    assert.deepEqual(
      thread.messages.map(({ seq }) => seq),
      server.messages.map(({ seq }) => seq),
    );
    assert.deepEqual(thread.pending, []);
  }
  assert.ok(server.posts > 210, "acks were really lost");
});
