// The subscriptions of one WebSocket: what the front must know of them to pass messages on in the right order.
//
// Surfpool can send a notification before the answer that tells the client of its subscription, or in the same moment,
// when a client (@solana/kit on Node.js) doesn't listen yet: it is held back until the client has read the answer. The
// verdict on a signature is not Surfpool's to notify (verdicts.cjs): `waiting` lists who waits for one, `settle` tells
// it. All else is passed on as it came: reading and writing it again would spoil integers above 2^53.
"use strict";

const { randomUUID } = require("node:crypto");

const RANKS = { processed: 1, confirmed: 2, finalized: 3 };
const rankOf = (commitment) => RANKS[commitment] ?? RANKS.finalized; // as Surfpool takes what it doesn't know
const RECEIVED = "receivedSignature"; // the value of a notification that isn't the last

function read(text) {
  try {
    return [JSON.parse(text)].flat().filter((message) => message instanceof Object);
  } catch {
    return []; // whoever gets it will say so
  }
}

const subscribes = ({ method }) => typeof method === "string" && method.endsWith("Subscribe");
const unsubscribes = ({ method }) => typeof method === "string" && method.endsWith("Unsubscribe");

const isVerdict = (method, result) => method === "signatureNotification" && result?.value !== RECEIVED;

class Session {
  #toClient;
  #toSurfpool;
  #whenRead;
  #hint;
  #asked = new Map(); // subscribe and unsubscribe requests without an answer yet, by id
  #live = new Map(); // subscriptions that have been answered, by number
  #held = new Map(); // notifications that wait, by number of subscription
  #ownIds = new Set(); // of requests that the front itself sent
  #prefix = randomUUID();

  // `whenRead(act)` calls `act` once the client has read everything that it was sent before; `hint()` says that a look
  // at the signatures that are waited for may be worth while.
  constructor({ toClient, toSurfpool, whenRead, hint }) {
    this.#toClient = toClient;
    this.#toSurfpool = toSurfpool;
    this.#whenRead = whenRead;
    this.#hint = hint;
  }

  fromClient(text) {
    for (const request of read(text)) {
      if (subscribes(request) || unsubscribes(request)) this.#ask(request);
    }
    this.#toSurfpool(text);
  }

  fromSurfpool(text) {
    const messages = read(text);
    const [first] = messages;
    if (first?.params instanceof Object && "subscription" in first.params) this.#notify(first, text);
    else if (!this.#ownIds.delete(first?.id)) {
      this.#toClient(text);
      const begun = messages.map((answer) => this.#learn(answer)).filter((number) => number !== null);
      if (begun.length) this.#whenRead(() => begun.forEach((number) => this.#release(number)));
    }
  }

  // The signature subscriptions whose verdict can be told, each with its number, signature and rank.
  waiting() {
    return [...this.#live.values()].filter(({ signature, isKnown, leaving }) => signature && isKnown && !leaving);
  }

  // Tell a client what became of a signature, and end its subscription, unless that has happened.
  settle(number, { slot, err, confirmationStatus }) {
    const subscription = this.#live.get(number);
    if (!subscription || subscription.leaving || rankOf(confirmationStatus) < subscription.rank) return;
    const result = { context: { slot }, value: { err } };
    const params = { result, subscription: number };
    this.#toClient(JSON.stringify({ jsonrpc: "2.0", method: "signatureNotification", params }));
    this.#end(number);
  }

  #ask(request) {
    const key = JSON.stringify(request.id); // 1 and "1" are two ids
    const leaving = unsubscribes(request) && this.#live.get(request.params?.[0]);
    if (leaving) leaving.leaving = true;
    this.#asked.set(key, [...(this.#asked.get(key) ?? []), request]);
  }

  // The number of the subscription that an answer begins, or null.
  #learn({ id, result }) {
    const key = JSON.stringify(id);
    const [request, ...later] = this.#asked.get(key) ?? [];
    if (!request) return null;
    if (later.length) this.#asked.set(key, later);
    else this.#asked.delete(key);
    const begins = subscribes(request) && Number.isInteger(result);
    if (begins) this.#begin(request, result);
    else if (unsubscribes(request)) this.#left(request.params?.[0], result);
    if (!this.#expectsAnother()) this.#forgetEnded();
    return begins ? result : null;
  }

  #begin(request, number) {
    const [signature, config] = request.params ?? [];
    const forSignature = request.method === "signatureSubscribe";
    this.#live.set(number, {
      number, signature: forSignature ? signature : null, rank: rankOf(config?.commitment), isKnown: false, leaving: false,
    });
  }

  // The client knows of this subscription now.
  #release(number) {
    const subscription = this.#live.get(number);
    if (!subscription) return;
    subscription.isKnown = true;
    const held = this.#held.get(number) ?? [];
    this.#held.delete(number);
    for (const { notification, text } of held) this.#notify(notification, text);
    if (subscription.signature) this.#hint();
  }

  #forgetEnded() {
    for (const number of this.#held.keys()) if (!this.#live.has(number)) this.#held.delete(number);
  }

  #left(number, success) {
    const subscription = this.#live.get(number);
    if (success === true) this.#live.delete(number);
    else if (subscription) subscription.leaving = false;
  }

  #notify(notification, text) {
    const { subscription: number, result } = notification.params;
    const subscription = this.#live.get(number);
    if (isVerdict(notification.method, result)) this.#hint();
    else if (subscription?.isKnown) this.#toClient(text);
    else if (subscription || this.#expectsAnother()) {
      this.#held.set(number, [...(this.#held.get(number) ?? []), { notification, text }]);
    } // else it came too late: its subscription has ended
  }

  #expectsAnother() {
    return [...this.#asked.values()].flat().some(subscribes);
  }

  // A signature has one verdict, and with it the subscription ends; Surfpool keeps it until it is told.
  #end(number) {
    this.#live.delete(number);
    const id = `${this.#prefix}:${number}`;
    this.#ownIds.add(id);
    this.#toSurfpool(JSON.stringify({ jsonrpc: "2.0", id, method: "signatureUnsubscribe", params: [number] }));
  }
}

module.exports = { Session };
