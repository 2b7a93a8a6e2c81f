// JSON-RPC over HTTP: each connection of a client is passed on to one of Surfpool's, byte for byte.
//
// Only where requests begin is looked at, to refuse foreign ones and to find those that ask for a WebSocket. Keeping
// connections, pipelining, half-closing and waiting are between the client and Surfpool, as without a front.
"use strict";

const net = require("node:net");

const { BadRequest, Framing } = require("./framing.cjs");
const { refusal } = require("./guard.cjs");
const { LOOPBACK } = require("./ports.cjs");

const REASONS = { 400: "Bad Request", 403: "Forbidden", 502: "Bad Gateway" };

const LINGER_MS = 1000; // until a client that was refused has surely read why

class Foreign extends Error {}
class Upgrade extends Error {}

const STOPS = [BadRequest, Foreign, Upgrade];

function refuse(socket, status, reason) {
  const head = `HTTP/1.1 ${status} ${REASONS[status]}\r\nContent-Type: text/plain\r\nConnection: close\r\n`;
  socket.removeAllListeners("data").resume(); // what was sent must be read, or the reason is lost with the connection
  socket.end(`${head}Content-Length: ${reason.length + 1}\r\n\r\n${reason}\n`);
  setTimeout(() => socket.destroy(), LINGER_MS);
}

function judge({ method, headers }, port) {
  const reason = refusal(headers, port);
  if (reason) throw new Foreign(reason);
  const upgrades = headers.upgrade?.some((protocol) => protocol.toLowerCase() === "websocket");
  if (method === "GET" && upgrades) throw new Upgrade();
}

function leave(far) {
  far.unpipe().removeAllListeners().on("error", () => {}).destroy();
}

// Gives a connection, with the bytes of its last request, to a server of Node's own.
function handOver(near, bytes, server) {
  near.removeAllListeners("data").removeAllListeners("end").removeAllListeners("close");
  near.pause();
  near.unshift(bytes);
  server.emit("connection", near);
  near.resume();
}

function stop(near, far, framing, error, upgrades) {
  leave(far);
  if (error instanceof Upgrade) handOver(near, framing.rest, upgrades);
  else refuse(near, error instanceof Foreign ? 403 : 400, error.message);
}

function passOn(near, port, upgrades) {
  const far = net.connect({ host: LOOPBACK, port, noDelay: true, allowHalfOpen: true });
  const framing = new Framing((head) => judge(head, near.localPort));
  near.on("data", (bytes) => {
    try {
      for (const part of framing.take(bytes)) far.write(part) || near.pause();
    } catch (error) {
      if (!STOPS.some((kind) => error instanceof kind)) throw error;
      stop(near, far, framing, error, upgrades);
    }
  });
  near.on("end", () => far.end());
  near.on("close", () => leave(far));
  far.on("drain", () => near.resume());
  far.on("error", (error) => (far.bytesRead ? near.destroy() : refuse(near, 502, `Surfpool: ${error.code}`)));
  far.pipe(near);
  near.resume();
}

// Serves the connections of `server` through Surfpool's RPC port, which the promise `port` gives once it is known.
// Those that ask for a WebSocket are given to `upgrades`, a server of node:http.
function serveRequests(server, port, upgrades) {
  server.on("connection", async (near) => {
    near.on("error", () => near.destroy());
    passOn(near, await port, upgrades);
  });
}

module.exports = { serveRequests };
