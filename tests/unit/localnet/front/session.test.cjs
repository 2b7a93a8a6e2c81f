// The order of answers and notifications in one WebSocket, and the verdicts on signatures.
"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");

const { Session } = require(`${process.env.FRONT}/session.cjs`);

const SIGNATURE = "5".repeat(88);
const ACCOUNT = "1".repeat(32);

// A session whose client has read everything at once, unless `whenRead` says otherwise.
function open(whenRead = (act) => act()) {
  const [client, surfpool, hints] = [[], [], []];
  const session = new Session({
    toClient: (text) => client.push(text), toSurfpool: (text) => surfpool.push(text), whenRead, hint: () => hints.push(1),
  });
  return {
    session, client, surfpool, hints,
    ask: (...requests) => session.fromClient(JSON.stringify(requests.length === 1 ? requests[0] : requests)),
    told: (...messages) => session.fromSurfpool(JSON.stringify(messages.length === 1 ? messages[0] : messages)),
    heard: () => client.map((text) => JSON.parse(text)),
    sent: () => surfpool.map((text) => JSON.parse(text)),
  };
}

const request = (id, method, ...params) => ({ jsonrpc: "2.0", id, method, params });
const answer = (id, result) => ({ jsonrpc: "2.0", result, id });
const refused = (id) => ({ jsonrpc: "2.0", error: { code: -32602, message: "Invalid params" }, id });
const note = (subscription, value = {}, method = "accountNotification") => ({
  jsonrpc: "2.0", method, params: { result: { context: { slot: 7 }, value }, subscription },
});
const onAccount = (id) => request(id, "accountSubscribe", ACCOUNT);
const onSignature = (id, commitment = "processed") => request(id, "signatureSubscribe", SIGNATURE, { commitment });
const verdict = (subscription, value = { err: null }) => note(subscription, value, "signatureNotification");
const status = (confirmationStatus, err = null) => ({ slot: 42, confirmations: 1, err, confirmationStatus });

test("a notification waits for the answer to its subscription", () => {
  const { ask, told, heard } = open();
  ask(onAccount(1));
  told(note(5));
  assert.deepEqual(heard(), []);
  told(answer(1, 5));
  assert.deepEqual(heard(), [answer(1, 5), note(5)]);
});

test("a notification waits until the answer has been read", () => {
  const reading = [];
  const { ask, told, heard } = open((act) => reading.push(act));
  ask(onAccount(1), request(2, "slotSubscribe"));
  told(answer(1, 5), answer(2, 6));
  told(note(5));
  told(note(6, {}, "slotNotification"));
  assert.equal(heard().length, 1);
  assert.equal(reading.length, 1);
  reading[0]();
  assert.deepEqual(heard().slice(1), [note(5), note(6, {}, "slotNotification")]);
});

test("a subscription that has ended before its answer was read stays silent", () => {
  const reading = [];
  const { ask, told, heard } = open((act) => reading.push(act));
  ask(request(1, "slotSubscribe"));
  told(answer(1, 5));
  told(note(5, {}, "slotNotification"));
  ask(request(2, "slotUnsubscribe", 5));
  told(answer(2, true));
  reading[0]();
  assert.deepEqual(heard(), [answer(1, 5), answer(2, true)]);
});

test("answers of other requests don't set it free", () => {
  const { ask, told, heard } = open();
  ask(onAccount(1));
  ask(request(2, "slotSubscribe"));
  told(note(5));
  told(answer(2, 4));
  told(note(4, {}, "slotNotification"));
  told(answer(1, 5));
  assert.deepEqual(heard(), [answer(2, 4), note(4, {}, "slotNotification"), answer(1, 5), note(5)]);
});

test("several that wait keep their order", () => {
  const { ask, told, heard } = open();
  ask(onAccount("a"));
  const notes = [1, 2, 3].map((lamports) => note(9, { lamports }));
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
  assert.deepEqual(session.waiting().map(({ number }) => number), [9]);
  assert.deepEqual(heard(), [answer("1", 8), answer(1, 9)]);
});

test("an id that is used twice at a time stands for both", () => {
  const { ask, told, session } = open();
  ask(onSignature(1));
  ask(onSignature(1, "finalized"));
  told(answer(1, 3));
  told(answer(1, 4));
  assert.deepEqual(session.waiting().map(({ number, rank }) => [number, rank]), [[3, 1], [4, 3]]);
});

test("a batch is answered as a whole before any of its notifications", () => {
  const { ask, told, heard } = open();
  ask(onAccount(1), request(2, "slotSubscribe"), request(3, "rootSubscribe"));
  told(note(11, {}, "slotNotification"));
  told(note(10));
  told(answer(1, 10), answer(2, 11), refused(3));
  const whole = [answer(1, 10), answer(2, 11), refused(3)];
  assert.deepEqual(heard(), [whole, note(10), note(11, {}, "slotNotification")]);
});

test("subscribe and unsubscribe in one batch", () => {
  const { ask, told, heard } = open();
  ask(request(1, "slotSubscribe"));
  told(answer(1, 4));
  ask(request(2, "slotUnsubscribe", 4), onAccount(3));
  told(note(5));
  told(answer(2, true), answer(3, 5));
  told(note(4, {}, "slotNotification"));
  assert.deepEqual(heard().slice(1), [[answer(2, true), answer(3, 5)], note(5)]);
});

test("a subscription that is refused leaves nothing to wait for", () => {
  const { ask, told, heard, session } = open();
  ask(onSignature(1));
  ask(onAccount(2));
  told(note(5));
  told(refused(1));
  told(refused(2));
  told(note(5));
  assert.deepEqual(heard(), [refused(1), refused(2)]);
  assert.deepEqual(session.waiting(), []);
});

test("texts are passed on as they came", () => {
  const { session, client, surfpool } = open();
  const asked = '{"id":12345678901234567890,"method":"accountSubscribe","params":["x"] ,"jsonrpc":"2.0"}';
  const told = '{"jsonrpc":"2.0","result":3,"id":12345678901234567890}';
  const noted = '{"params":{"result":{"rentEpoch":18446744073709551615},"subscription":3}, "method":"accountNotification"}';
  session.fromClient(asked);
  session.fromSurfpool(told);
  session.fromSurfpool(noted);
  assert.deepEqual(surfpool, [asked]);
  assert.deepEqual(client, [told, noted]);
});

const ODD = ["{bad", "", "7", "null", "[]", "[1,null]", '"text"', '{"method":7}', '{"params":{}}', '{"params":1}'];
for (const text of ODD) {
  test(`what is no request passes: ${JSON.stringify(text)}`, () => {
    const { session, client, surfpool } = open();
    session.fromClient(text);
    session.fromSurfpool(text);
    assert.deepEqual([client, surfpool], [[text], [text]]);
  });
}

test("other subscriptions go on after a notification", () => {
  const { ask, told, heard, sent } = open();
  ask(request(1, "logsSubscribe", "all"));
  told(answer(1, 5));
  told(note(5, {}, "logsNotification"));
  told(note(5, {}, "logsNotification"));
  assert.equal(heard().length, 3);
  assert.equal(sent().length, 1);
});

test("Surfpool's verdict is a hint to look, and so is the beginning of a subscription", () => {
  const { ask, told, heard, session, hints } = open();
  ask(onSignature(1));
  told(verdict(5));
  assert.equal(hints.length, 1);
  told(answer(1, 5));
  assert.equal(hints.length, 2);
  told(verdict(5));
  assert.equal(hints.length, 3);
  assert.deepEqual(heard(), [answer(1, 5)]);
  assert.deepEqual(session.waiting().map(({ number, signature }) => [number, signature]), [[5, SIGNATURE]]);
});

test("that a signature was received is no verdict", () => {
  const { ask, told, heard, session } = open();
  ask(onSignature(1));
  told(verdict(5, "receivedSignature"));
  told(answer(1, 5));
  assert.deepEqual(heard(), [answer(1, 5), verdict(5, "receivedSignature")]);
  assert.equal(session.waiting().length, 1);
});

test("a verdict has a validator's form, ends the subscription, and Surfpool is told so", () => {
  const { ask, told, heard, sent, session } = open();
  ask(onSignature(1));
  told(answer(1, 5));
  const err = { InstructionError: [0, { Custom: 6001 }] };
  session.settle(5, status("processed", err));
  const params = { result: { context: { slot: 42 }, value: { err } }, subscription: 5 };
  assert.deepEqual(heard()[1], { jsonrpc: "2.0", method: "signatureNotification", params });
  const [, own] = sent();
  assert.deepEqual([own.method, own.params], ["signatureUnsubscribe", [5]]);
  told(answer(own.id, true));
  session.settle(5, status("finalized"));
  told(verdict(5));
  assert.equal(heard().length, 2);
  assert.deepEqual(session.waiting(), []);
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

test("there is no verdict before the subscription is answered and the answer read", () => {
  const reading = [];
  const { ask, told, session, client } = open((act) => reading.push(act));
  ask(onSignature(1));
  assert.deepEqual(session.waiting(), []);
  session.settle(5, status("finalized"));
  told(answer(1, 5));
  assert.deepEqual(session.waiting(), []);
  assert.equal(client.length, 1);
  reading[0]();
  assert.equal(session.waiting().length, 1);
});

test("there is no verdict for one that unsubscribes", () => {
  const { ask, told, heard, session } = open();
  ask(onSignature(1));
  told(answer(1, 5));
  ask(request(2, "signatureUnsubscribe", 5));
  assert.deepEqual(session.waiting(), []);
  session.settle(5, status("finalized"));
  told(answer(2, true));
  assert.deepEqual(heard(), [answer(1, 5), answer(2, true)]);
});

test("an unsubscribe that is refused changes nothing", () => {
  const { ask, told, session } = open();
  ask(onSignature(1));
  told(answer(1, 5));
  ask(request(2, "signatureUnsubscribe", 5));
  told(refused(2));
  assert.equal(session.waiting().length, 1);
});
