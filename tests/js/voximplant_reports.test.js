// How the Voximplant scenario speaks with the server.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { test } from "node:test";
import { settle } from "./cast.js";
import { ANNA, CALL, DIAL, RING, VISITOR, events, server, started, take, won } from "./voximplant_cast.js";
import { runScenario } from "./voxengine.js";

test("every report is signed over its moment and carries a number of its own", async () => {
  const { session } = await started({ ring: RING });
  await session.pass(3000);
  const numbers = session.said().map((said) => said.seq);
  assert.deepEqual(numbers, [1, 2]);
  for (const { url, method, body, headers } of session.requests) {
    assert.equal(`${method} ${url}`, "POST https://w.example/telephony/voximplant/events");
    const seconds = headers["X-Widget-Timestamp"];
    assert.ok(Math.abs(Number(seconds) * 1000 - session.now) <= 3000);
    assert.equal(headers["X-Widget-Signature"], createHmac("sha256", "s3").update(`${seconds}|${body}`).digest("hex"));
  }
  assert.equal(session.said()[0].session, "4202753936");
  assert.equal(session.said()[0].address, "https://session.example/1");
});

test("nobody is dialled before the server says so", async () => {
  const { session } = await started({});
  assert.equal(session.legs.length, 0);
});

test("a session that is told it is over dials nobody and ends", async () => {
  const { session } = await started({ over: true, ring: RING, dial: DIAL });
  assert.equal(session.legs.length, 0);
  assert.ok(session.terminated);
});

test("a report that did not get through is sent again under a new number", async () => {
  const codes = [-7, 503, 200];
  const answer = () => ({ code: codes.shift(), text: JSON.stringify({ over: false, call: CALL, ring: RING, dial: null }) });
  const session = runScenario({ answer, customData: JSON.stringify({ call: CALL }) });
  await session.start();
  await session.pass(2000);
  assert.deepEqual(session.said().map((said) => [said.event, said.seq]), [["started", 1], ["started", 2], ["started", 3]]);
  assert.equal(session.legs.length, 2);
});

test("an operator whose answer cannot be reported hears no visitor", async () => {
  const { wanted, answer } = server({ ring: RING }, won);
  const away = (request) => (JSON.parse(request.body).event === "operator_answered" ? { code: -7 } : answer(request));
  const session = runScenario({ answer: away, customData: JSON.stringify({ call: CALL }) });
  await session.start();
  const anna = await take(session, ANNA);
  wanted.dial = DIAL;
  await session.pass(5000);
  assert.equal(anna.state, "ended");
  assert.equal(session.leg(VISITOR), undefined);
});

test("reports leave one after another", async () => {
  const open = [];
  const answer = () => new Promise((done) => open.push(done));
  const session = runScenario({ answer, customData: JSON.stringify({ call: CALL }) });
  await session.start();
  await session.poke();
  assert.equal(open.length, 1);
  open[0]({ code: 200, text: '{"over": false, "ring": null, "dial": null}' });
  await settle();
  assert.equal(open.length, 2);
});
