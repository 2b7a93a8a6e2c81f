// The subscriptions of one WebSocket: what the front must know of them to pass messages on in the right order.
//
// Surfpool can send a notification before the answer that tells the client of its subscription: it is held back until
// then. A signatureSubscribe can stay silent for good: `silent` lists those, and `settle` speaks for Surfpool. Texts
// are passed on as they came: reading and writing them again would spoil integers above 2^53.
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

class Session {
  #toClient;
  #toSurfpool;
  #asked = new Map(); // subscribe and unsubscribe requests without an answer yet, by id
  #live = new Map(); // subscriptions that the client knows of, by number
  #held = new Map(); // notifications of those that it doesn't know of yet
  #ownIds = new Set(); // of requests that the front itself sent
  #prefix = randomUUID();

  constructor({ toClient, toSurfpool }) {
    this.#toClient = toClient;
    this.#toSurfpool = toSurfpool;
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
    if (first?.params && "subscription" in first.params) this.#notify(first, text);
    else if (!this.#ownIds.delete(first?.id)) {
      this.#toClient(text);
      for (const answer of messages) this.#learn(answer);
    }
  }

  // The signature subscriptions that wait, each with its number, signature and rank.
  silent() {
    return [...this.#live.values()].filter(({ signature, leaving }) => signature && !leaving);
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

  #learn({ id, result }) {
    const key = JSON.stringify(id);
    const [request, ...later] = this.#asked.get(key) ?? [];
    if (!request) return;
    if (later.length) this.#asked.set(key, later);
    else this.#asked.delete(key);
    if (unsubscribes(request)) this.#left(request.params?.[0], result);
    else if (Number.isInteger(result)) this.#begin(request, result);
    if (!this.#expectsAnother()) this.#held.clear(); // of subscriptions that have ended
  }

  #begin(request, number) {
    const [signature, config] = request.params ?? [];
    const forSignature = request.method === "signatureSubscribe";
    this.#live.set(number, {
      number, signature: forSignature ? signature : null, rank: rankOf(config?.commitment), leaving: false,
    });
    const held = this.#held.get(number) ?? [];
    this.#held.delete(number);
    for (const { notification, text } of held) this.#notify(notification, text);
  }

  #left(number, success) {
    const subscription = this.#live.get(number);
    if (success === true) this.#live.delete(number);
    else if (subscription) subscription.leaving = false;
  }

  #notify(notification, text) {
    const { subscription: number, result } = notification.params;
    const subscription = this.#live.get(number);
    if (subscription) {
      this.#toClient(text);
      if (subscription.signature && result?.value !== RECEIVED) this.#end(number);
    } else if (this.#expectsAnother()) {
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
