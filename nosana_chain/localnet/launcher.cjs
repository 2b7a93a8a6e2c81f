// Runs one Surfpool for the Python process that started it, and ends with that process.
//
// Protocol: one JSON line on standard input says what to start; one JSON line on standard output answers with
// `event` "ready" (rpc_url, ws_url), "port_in_use" (port) or "failed" (message). Everything else that is printed is
// Surfpool's own. The end of standard input, which comes even when the parent is killed, ends this process.
"use strict";

const net = require("node:net");
const readline = require("node:readline");

const LOOPBACK = "127.0.0.1";
const PARENT_CHECK_MS = 1000;
const DRAIN_MS = 1000;

let running = null; // a Surfnet that nothing refers to is collected as garbage, and its ports close

function answer(event, facts) {
  process.stdout.write(JSON.stringify({ event, ...facts }) + "\n");
}

// Surfpool chooses its own ports. A port that the user chose is taken first, and passes bytes on once it runs.
function take(port) {
  return new Promise((resolve, reject) => {
    const server = net.createServer({ pauseOnConnect: true });
    server.once("error", reject);
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => resolve(server));
  });
}

function passOn(server, url) {
  server.on("connection", (near) => {
    const far = net.connect(Number(new URL(url).port), LOOPBACK);
    for (const [from, to] of [[near, far], [far, near]]) {
      from.setNoDelay(true);
      from.on("error", () => to.destroy());
      from.pipe(to);
    }
  });
  return Object.assign(new URL(url), { port: server.address().port }).href.replace(/\/$/, "");
}

function bytes(text) {
  return [...Buffer.from(text, "base64")];
}

function startSurfpool({ surfpool, slot_ms, programs, accounts }) {
  const { Surfnet } = require(surfpool);
  const surfnet = Surfnet.startWithConfig({
    offline: true,
    blockProductionMode: "clock",
    slotTimeMs: slot_ms,
    airdropSol: 0,
  });
  for (const { address, elf } of programs) surfnet.deploy({ programId: address, soBytes: bytes(elf) });
  for (const { address, lamports, data, owner } of accounts) {
    surfnet.setAccount(address, lamports, bytes(data), owner);
  }
  return surfnet;
}

async function start(config) {
  const servers = {};
  for (const [name, port] of Object.entries(config.ports)) {
    try {
      servers[name] = await take(port);
    } catch (error) {
      if (error.code !== "EADDRINUSE") throw error;
      answer("port_in_use", { port });
      process.exit(1);
    }
  }
  running = startSurfpool(config);
  const urls = { rpc_url: running.rpcUrl, ws_url: running.wsUrl };
  for (const [name, server] of Object.entries(servers)) urls[name] = passOn(server, urls[name]);
  setInterval(() => running.drainEvents(), DRAIN_MS); // it stops answering once some thousands have piled up
  answer("ready", urls);
}

function end() {
  running?.stop();
  process.exit(0);
}

const input = readline.createInterface({ input: process.stdin });
input.once("line", (line) => {
  start(JSON.parse(line)).catch((error) => {
    answer("failed", { message: String(error.message || error) });
    process.exit(1);
  });
});
input.on("close", end);

// A forked child of the parent may hold the other end of standard input open: look at the parent itself too.
const parent = process.ppid;
setInterval(() => process.ppid === parent || end(), PARENT_CHECK_MS);
