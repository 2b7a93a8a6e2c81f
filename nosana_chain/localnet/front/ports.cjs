// The ports of the front, and the moment in which Surfpool chooses its own.
"use strict";

const { randomInt } = require("node:crypto");
const net = require("node:net");

const LOOPBACK = "127.0.0.1";

// Two neighbours are looked for below the ports that systems hand out by themselves (Linux from 32,768, macOS from
// 49,152): among those, every second one is used up by connections that have ended.
const FIRST_PAIR = 10_000;
const LAST_PAIR = 32_000;
const TRIES = 100; // more than two are seldom needed

// Surfpool looks for a free port, lets it go and binds it later: two that start at once can choose the same, and then
// one hangs, or both serve it. So they start one by one. The lock is a port: it is seen by exactly the processes that
// share the ports in question, whoever runs them, and the system frees it when its holder dies.
const LOCK_PORT = 9_786; // assigned to nothing, and not among those that are handed out here or by the system
const LOCK_POLL_MS = 5;
const LOCK_MS = 10_000; // a start takes 0.1 s; then whoever holds the lock is no Surfpool that starts

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => resolve(server));
  });
}

const take = (port) =>
  listen(net.createServer({ noDelay: true, allowHalfOpen: true, pauseOnConnect: true }), port);

const portOf = (server) => server.address().port;

async function takeNeighbours(port) {
  const first = await take(port);
  try {
    return [first, await take(port + 1)];
  } catch (error) {
    first.close();
    throw error;
  }
}

async function takeAnyNeighbours() {
  for (let tries = 1; ; tries++) {
    try {
      return await takeNeighbours(FIRST_PAIR + 2 * randomInt((LAST_PAIR - FIRST_PAIR) / 2));
    } catch (error) {
      if (error.code !== "EADDRINUSE" || tries === TRIES) throw error;
    }
  }
}

// Two TCP servers, both taken before either is announced: for RPC at `rpc`, and for WebSocket at `ws`, or else one higher.
async function takePair({ rpc, ws }) {
  if (ws !== undefined) return [await take(rpc ?? 0), await take(ws)];
  return rpc === undefined ? takeAnyNeighbours() : takeNeighbours(rpc);
}

// What `start` returns, which runs while no other process is inside of this function.
async function alone(start) {
  const deadline = Date.now() + LOCK_MS;
  let lock = null;
  while (!lock && Date.now() < deadline) {
    lock = await listen(net.createServer(), LOCK_PORT).catch(() => null);
    if (!lock) await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
  }
  try {
    return start();
  } finally {
    lock?.close();
  }
}

module.exports = { LOOPBACK, alone, portOf, takePair };
