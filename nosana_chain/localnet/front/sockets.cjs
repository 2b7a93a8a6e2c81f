// WebSockets of clients, each passed on to one of Surfpool's.
"use strict";

const { randomUUID } = require("node:crypto");
const http = require("node:http");

const { refusal } = require("./guard.cjs");
const { LOOPBACK } = require("./ports.cjs");
const { Session } = require("./session.cjs");

const MOST_BYTES = 256 * 1024 ** 2; // of one message
const LATE_PONG_MS = 250; // every client must answer a ping; for one that doesn't, notifications are late
const MOST_WAITING_BYTES = 16 * 1024 ** 2; // for a client that doesn't read; then Surfpool waits, too

const GOING_AWAY = 1001;
const TRY_LATER = 1013;
const isSendable = (code) => code >= 1000 && ![1004, 1005, 1006, 1015].includes(code); // RFC 6455, 7.4.1

function close(socket, code, reason) {
  socket.close(isSendable(code) ? code : GOING_AWAY, reason);
}

// Send to `far`, and read no more from `near` while too much of it waits.
function send(far, near, message, options) {
  far.send(message, options, () => far.bufferedAmount < MOST_WAITING_BYTES && near.resume());
  if (far.bufferedAmount >= MOST_WAITING_BYTES) near.pause();
}

// Calls `act` once `socket` has read what it was sent: its pong tells (RFC 6455, 5.5.3), or that none comes for long.
function whenRead(socket, act) {
  const mark = Buffer.from(randomUUID());
  const late = setTimeout(done, LATE_PONG_MS);
  function hear(data) {
    if (data.equals(mark)) done();
  }
  function done() {
    clearTimeout(late);
    socket.off("pong", hear);
    act();
  }
  socket.on("pong", hear);
  socket.ping(mark, undefined, () => {}); // whoever has left gets no answer
}

function passOn(near, far, verdicts) {
  const session = new Session({
    whenRead: (act) => whenRead(near, act),
    hint: () => verdicts.hint(),
    toClient: (text) => send(near, far, text),
    toSurfpool: (text) => send(far, near, text),
  });
  verdicts.add(session);
  near.on("message", (data, isBinary) => (isBinary ? send(far, near, data) : session.fromClient(data.toString())));
  far.on("message", (data, isBinary) => (isBinary ? send(near, far, data) : session.fromSurfpool(data.toString())));
  near.on("close", () => verdicts.delete(session));
  far.on("close", (code, reason) => close(near, code, reason));
  near.resume();
}

function pair(near, url, verdicts, WebSocket) {
  near.pause(); // until there is somebody to pass it on to
  near.on("error", () => near.terminate());
  const far = new WebSocket(url, { perMessageDeflate: false, maxPayload: MOST_BYTES });
  far.on("error", () => {
    near.resume();
    near.close(TRY_LATER, "Surfpool does not answer");
  });
  near.on("close", (code, reason) => close(far, code, reason));
  far.once("open", () => passOn(near, far, verdicts));
}

function refuse(socket, reason) {
  socket.end(`HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: ${reason.length}\r\n\r\n${reason}`);
}

// A server of node:http that accepts the WebSockets of the connections it is given, for Surfpool's WebSocket port,
// which the promise `port` gives. `verdicts` looks after the signatures that they wait for. `ws` is npm's package.
function socketServer(port, verdicts, { WebSocket, WebSocketServer }) {
  const accepting = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MOST_BYTES });
  const server = http.createServer((_request, response) => {
    response.writeHead(426, { "Content-Type": "text/plain", Connection: "close" }).end("only WebSockets are served here\n");
  });
  server.on("upgrade", async (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    const reason = refusal(request.headersDistinct, socket.localPort);
    if (reason) return refuse(socket, reason);
    const url = `ws://${LOOPBACK}:${await port}`;
    return accepting.handleUpgrade(request, socket, head, (near) => pair(near, url, verdicts, WebSocket));
  });
  return server;
}

// Serves the connections of `server` as WebSockets alone.
function serveSockets(server, sockets) {
  server.on("connection", (socket) => {
    sockets.emit("connection", socket);
    socket.resume();
  });
}

module.exports = { serveSockets, socketServer };
