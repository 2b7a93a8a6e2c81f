// The order of answers and notifications in one WebSocket, and subscriptions that Surfpool forgets.
"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");

const { Session } = require(`${process.env.FRONT}/session.cjs`);

const SIGNATURE = "5".repeat(88);

function open() {
  const [client, surfpool] = [[], []];
  const session = new Session({ toClient: (text) => client.push(text), toSurfpool: (text) => surfpool.push(text) });
  return {
    session, client, surfpool,
    ask: (...requests) => session.fromClient(JSON.stringify(requests.length === 1 ? requests[0] : requests)),
    told: (...messages) => session.fromSurfpool(JSON.stringify(messages.length === 1 ? messages[0] : messages)),
    heard: () => client.map((text) => JSON.parse(text)),
    sent: () => surfpool.map((text) => JSON.parse(text)),
  };
}

const request = (id, method, ...params) => ({ jsonrpc: "2.0", id, method, params });
const answer = (id, result) => ({ jsonrpc: "2.0", result, id });
const refused = (id) => ({ jsonrpc: "2.0", error: { code: -32602, message: "Invalid params" }, id });
const note = (subscription, value = { err: null }, method = "signatureNotification") => ({
  jsonrpc: "2.0", method, params: { result: { context: { slot: 7 }, value }, subscription },
});
const onSignature = (id, commitment = "processed") => request(id, "signatureSubscribe", SIGNATURE, { commitment });
const status = (confirmationStatus, err = null) => ({ slot: 42, confirmations: 1, err, confirmationStatus });

test("a notification waits for the answer to its subscription", () => {
  const { ask, told, heard } = open();
  ask(onSignature(1));
  told(note(5));
  assert.deepEqual(heard(), []);
  told(answer(1, 5));
  assert.deepEqual(heard(), [answer(1, 5), note(5)]);
});

test("answers of other requests don't set it free", () => {
  const { ask, told, heard } = open();
  ask(onSignature(1));
  ask(request(2, "slotSubscribe"));
  told(note(5));
  told(answer(2, 4));
  told(note(4, { slot: 1 }, "slotNotification"));
  told(answer(1, 5));
  assert.deepEqual(heard(), [answer(2, 4), note(4, { slot: 1 }, "slotNotification"), answer(1, 5), note(5)]);
});

test("several that wait keep their order", () => {
  const { ask, told, heard } = open();
  ask(request("a", "accountSubscribe", "11111111111111111111111111111111"));
  const notes = [1, 2, 3].map((lamports) => note(9, { lamports }, "accountNotification"));
  notes.forEach((each) => told(each));
  told(answer("a", 9));
  assert.deepEqual(heard(), [answer("a", 9), ...notes]);
});

test("a number and the same digits as text are two ids", () => {
  const { ask, told, heard, session } = open();
  ask(onSignature(1));
  ask(request("1", "slotSubscribe"));
  told(answer("1", 8));
  told(answer(1, 9));
  assert.deepEqual(session.silent().map(({ number }) => number), [9]);
  assert.deepEqual(heard(), [answer("1", 8), answer(1, 9)]);
});

test("an id that is used twice at a time stands for both", () => {
  const { ask, told, session } = open();
  ask(onSignature(1));
  ask(onSignature(1, "finalized"));
  told(answer(1, 3));
  told(answer(1, 4));
  assert.deepEqual(session.silent().map(({ number, rank }) => [number, rank]), [[3, 1], [4, 3]]);
});

test("a batch is answered as a whole before any of its notifications", () => {
  const { ask, told, heard } = open();
  ask(onSignature(1), request(2, "slotSubscribe"), request(3, "rootSubscribe"));
  told(note(11, { slot: 1 }, "slotNotification"));
  told(note(10));
  told(answer(1, 10), answer(2, 11), refused(3));
  assert.deepEqual(heard(), [
    [answer(1, 10), answer(2, 11), refused(3)], note(10), note(11, { slot: 1 }, "slotNotification"),
  ]);
});

test("a subscription that is refused leaves nothing to wait for", () => {
  const { ask, told, heard, session } = open();
  ask(onSignature(1));
  told(refused(1));
  told(note(5));
  assert.deepEqual(heard(), [refused(1)]);
  assert.deepEqual(session.silent(), []);
});

test("texts are passed on as they came", () => {
  const { session, client, surfpool } = open();
  const asked = '{"id":12345678901234567890,"method":"accountSubscribe","params":["x"] ,"jsonrpc":"2.0"}';
  const told = '{"jsonrpc":"2.0","result":3,"id":12345678901234567890}';
  const noted = '{"params":{"result":{"value":{"rentEpoch":18446744073709551615}},"subscription":3}, "method":"accountNotification"}';
  session.fromClient(asked);
  session.fromSurfpool(told);
  session.fromSurfpool(noted);
  assert.deepEqual(surfpool, [asked]);
  assert.deepEqual(client, [told, noted]);
});

for (const text of ["{bad", "", "7", "null", "[]", "[1,null]", '"text"', '{"method":7}', '{"params":{}}', '{"params":null}']) {
  test(`what is no request passes: ${JSON.stringify(text)}`, () => {
    const { session, client, surfpool } = open();
    session.fromClient(text);
    session.fromSurfpool(text);
    assert.deepEqual([client, surfpool], [[text], [text]]);
  });
}

test("a signature's verdict ends its subscription, and Surfpool is told so", () => {
  const { ask, told, heard, sent, session } = open();
  ask(onSignature(1));
  told(answer(1, 5));
  told(note(5));
  const [, own] = sent();
  assert.deepEqual([own.method, own.params], ["signatureUnsubscribe", [5]]);
  told(answer(own.id, true));
  told(note(5));
  assert.deepEqual(heard(), [answer(1, 5), note(5)]);
  assert.deepEqual(session.silent(), []);
});

test("that a signature was received is no verdict", () => {
  const { ask, told, heard, session } = open();
  ask(onSignature(1));
  told(answer(1, 5));
  told(note(5, "receivedSignature"));
  assert.equal(session.silent().length, 1);
  told(note(5));
  assert.deepEqual(heard().slice(1), [note(5, "receivedSignature"), note(5)]);
});

test("other subscriptions go on after a notification", () => {
  const { ask, told, heard, sent } = open();
  ask(request(1, "logsSubscribe", "all"));
  told(answer(1, 5));
  told(note(5, {}, "logsNotification"));
  told(note(5, {}, "logsNotification"));
  assert.equal(heard().length, 3);
  assert.equal(sent().length, 1);
});

test("one that stays silent is settled in the form of a validator", () => {
  const { ask, told, heard, sent, session } = open();
  ask(onSignature(1));
  told(answer(1, 5));
  assert.deepEqual(session.silent().map(({ number, signature }) => [number, signature]), [[5, SIGNATURE]]);
  session.settle(5, status("processed", { InstructionError: [0, { Custom: 6001 }] }));
  const params = {
    result: { context: { slot: 42 }, value: { err: { InstructionError: [0, { Custom: 6001 }] } } }, subscription: 5,
  };
  assert.deepEqual(heard()[1], { jsonrpc: "2.0", method: "signatureNotification", params });
  assert.equal(sent()[1].method, "signatureUnsubscribe");
});

test("it is settled once, whoever is first", () => {
  const { ask, told, heard, session } = open();
  ask(onSignature(1));
  ask(onSignature(2));
  told(answer(1, 5));
  told(answer(2, 6));
  session.settle(5, status("finalized"));
  session.settle(5, status("finalized"));
  told(note(5));
  told(note(6));
  session.settle(6, status("finalized"));
  assert.deepEqual(heard().slice(2).map(({ params }) => params.subscription), [5, 6]);
});

for (const [asked, reached, told] of [
  ["processed", "processed", 1], ["confirmed", "processed", 0], ["confirmed", "confirmed", 1],
  ["confirmed", "finalized", 1], ["finalized", "confirmed", 0], ["finalized", "finalized", 1],
  [undefined, "confirmed", 0], [undefined, "finalized", 1],
]) {
  test(`asked for ${asked ?? "no commitment"}, ${reached} is ${told ? "" : "not "}enough`, () => {
    const { session, client, ...net } = open();
    net.ask(request(1, "signatureSubscribe", SIGNATURE, ...(asked ? [{ commitment: asked }] : [])));
    net.told(answer(1, 5));
    session.settle(5, status(reached));
    assert.equal(client.length, 1 + told);
  });
}

test("nothing is settled before the subscription is answered", () => {
  const { ask, session, client } = open();
  ask(onSignature(1));
  session.settle(5, status("finalized"));
  assert.deepEqual([session.silent(), client], [[], []]);
});

test("an unsubscribed one is not spoken for, and what comes late is dropped", () => {
  const { ask, told, heard, session } = open();
  ask(onSignature(1));
  told(answer(1, 5));
  ask(request(2, "signatureUnsubscribe", 5));
  assert.deepEqual(session.silent(), []);
  session.settle(5, status("finalized"));
  told(answer(2, true));
  told(note(5));
  assert.deepEqual(heard(), [answer(1, 5), answer(2, true)]);
});

test("an unsubscribe that is refused changes nothing", () => {
  const { ask, told, session } = open();
  ask(onSignature(1));
  told(answer(1, 5));
  ask(request(2, "signatureUnsubscribe", 5));
  told(refused(2));
  assert.equal(session.silent().length, 1);
});

test("subscribe and unsubscribe in one batch", () => {
  const { ask, told, heard } = open();
  ask(request(1, "slotSubscribe"));
  told(answer(1, 4));
  ask(request(2, "slotUnsubscribe", 4), onSignature(3));
  told(note(5));
  told(answer(2, true), answer(3, 5));
  told(note(4, {}, "slotNotification"));
  assert.deepEqual(heard().slice(1), [[answer(2, true), answer(3, 5)], note(5)]);
});
