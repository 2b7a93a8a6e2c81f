// What Surfpool says became of signatures, asked for the subscriptions that it leaves silent.
"use strict";

const http = require("node:http");

const { LOOPBACK } = require("./ports.cjs");

const POLL_MS = 100; // a subscription that Surfpool serves is told within a slot or two
const MOST_SIGNATURES = 256; // in one request, as validators have it

function post(port, agent, body) {
  return new Promise((resolve, reject) => {
    const headers = { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(body) };
    const request = http.request({ agent, host: LOOPBACK, port, method: "POST", headers }, async (response) => {
      try {
        const chunks = await response.toArray();
        resolve(JSON.parse(Buffer.concat(chunks)));
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
  const { result } = await post(port, agent, body);
  return result.value;
}

async function settleSilent(sessions, port, agent) {
  const waiting = [...sessions].flatMap((session) => session.silent().map((waits) => ({ session, ...waits })));
  for (let first = 0; first < waiting.length; first += MOST_SIGNATURES) {
    const some = waiting.slice(first, first + MOST_SIGNATURES);
    const statuses = await statusesOf(some.map(({ signature }) => signature), port, agent);
    some.forEach(({ session, number }, index) => statuses[index] && session.settle(number, statuses[index]));
  }
}

// Looks after `sessions`, a set that changes, for as long as the process runs.
async function watchSilent(sessions, port) {
  const agent = new http.Agent({ keepAlive: true });
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    await settleSilent(sessions, port, agent).catch(() => {}); // asked again in a moment
  }
}

module.exports = { settleSilent, watchSilent };
