// What became of signatures that clients wait for, as Surfpool's RPC tells it.
//
// Surfpool's own notification is taken for a hint alone: some never come, some come before the transaction can be seen,
// and some are of transactions that it refused and that are on no chain.
"use strict";

const http = require("node:http");

const { LOOPBACK } = require("./ports.cjs");

const POLL_MS = 100;
const HINTED_POLL_MS = 5; // from a hint on, for a while: what it tells of can be seen in a moment
const HINTED_MS = 50;
const MOST_SIGNATURES = 256; // in one request, as validators have it

function post(port, agent, body) {
  return new Promise((resolve, reject) => {
    const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
    const request = http.request({ agent, host: LOOPBACK, port, method: "POST", headers }, async (response) => {
      try {
        resolve(JSON.parse(Buffer.concat(await response.toArray())));
      } catch (error) {
        reject(error);
      }
    });
    request.once("error", reject).end(body);
  });
}

// The status of each signature, or null; in the form of getSignatureStatuses.
async function statusesOf(signatures, port, agent) {
  const params = [signatures, { searchTransactionHistory: true }];
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "getSignatureStatuses", params });
  return (await post(port, agent, body)).result.value;
}

class Verdicts {
  #sessions = new Set();
  #hintedUntil = 0;
  #wake = () => {};

  add(session) {
    this.#sessions.add(session);
  }

  delete(session) {
    this.#sessions.delete(session);
  }

  // Look soon: something became of a signature, or somebody has begun to wait for one.
  hint() {
    this.#hintedUntil = Date.now() + HINTED_MS;
    this.#wake();
  }

  // Looks after all sessions, at Surfpool's RPC port, for as long as the process runs.
  async watch(port) {
    const agent = new http.Agent({ keepAlive: true });
    for (;;) {
      await this.#pause();
      await this.#settle(port, agent).catch(() => {}); // asked again in a moment
    }
  }

  #pause() {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Date.now() < this.#hintedUntil ? HINTED_POLL_MS : POLL_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #settle(port, agent) {
    const waiting = [...this.#sessions].flatMap((session) => session.waiting().map((each) => ({ session, ...each })));
    for (let first = 0; first < waiting.length; first += MOST_SIGNATURES) {
      const some = waiting.slice(first, first + MOST_SIGNATURES);
      const statuses = await statusesOf(some.map(({ signature }) => signature), port, agent);
      some.forEach(({ session, number }, index) => statuses[index] && session.settle(number, statuses[index]));
    }
  }
}

module.exports = { Verdicts };
