// Runs one Surfpool for the Python process that started it, and ends with that process.
//
// Protocol: one JSON line on standard input says what to start; one JSON line on standard output answers with
// `event` "ready" (rpc_url, ws_url), "port_in_use" (port), "clash", "missing" or "failed" (message). Everything else
// that is printed is Surfpool's own. The end of standard input, which comes even when the parent is killed, ends this
// process. What clients see is the front (front/), through which every request goes.
"use strict";

const path = require("node:path");
const readline = require("node:readline");

const { LOOPBACK, alone, portOf, takePair } = require("./front/ports.cjs");
const { serveRequests } = require("./front/requests.cjs");
const { serveSockets, socketServer } = require("./front/sockets.cjs");
const { Verdicts } = require("./front/verdicts.cjs");

const PARENT_CHECK_MS = 1000;
const DRAIN_MS = 1000;
const DRAIN_ACCOUNTS = 100;

let running = null; // a Surfnet that nothing refers to is collected as garbage, and its ports close

class Refusal extends Error {
  constructor(event, facts) {
    super(event);
    Object.assign(this, { event, facts });
  }
}

function answer(event, facts) {
  process.stdout.write(JSON.stringify({ event, ...facts }) + "\n");
}

function bytes(text) {
  return [...Buffer.from(text, "base64")];
}

// npm's package ws, which is installed with Surfpool: in the folder of the module or one above it.
function requireWs(surfpool) {
  try {
    return require(require.resolve("ws", { paths: [path.dirname(surfpool)] }));
  } catch (error) {
    throw new Refusal("missing", { message: `there is no usable npm package ws beside ${surfpool} (${error.code})` });
  }
}

async function takePorts(ports) {
  try {
    return await takePair(ports);
  } catch (error) {
    if (error.code !== "EADDRINUSE") throw error;
    throw new Refusal("port_in_use", { port: error.port });
  }
}

function startSurfnet({ Surfnet }, { slot_ms, remote_rpc_url }) {
  const source = remote_rpc_url ? { offline: false, remoteRpcUrl: remote_rpc_url } : { offline: true };
  const config = { ...source, blockProductionMode: "clock", slotTimeMs: slot_ms, airdropSol: 0 };
  try {
    return Surfnet.startWithConfig(config);
  } catch (error) {
    if (!/in use|AddrInUse/.test(error.message)) throw error;
    throw new Refusal("clash", { message: error.message });
  }
}

async function startSurfpool(module, config) {
  running = await alone(() => startSurfnet(module, config));
  for (const { address, elf } of config.programs) running.deploy({ programId: address, soBytes: bytes(elf) });
  config.accounts.forEach(({ address, lamports, data, owner }, index) => {
    running.setAccount(address, lamports, bytes(data), owner);
    if (index % DRAIN_ACCOUNTS === 0) running.drainEvents();
  });
  setInterval(() => running.drainEvents(), DRAIN_MS); // it stops answering once some thousands have piled up
  return { rpc: portIn(running.rpcUrl), ws: portIn(running.wsUrl) };
}

const portIn = (url) => Number(new URL(url).port);

async function start(config) {
  const module = require(config.surfpool);
  const ws = requireWs(config.surfpool);
  const [rpcServer, wsServer] = await takePorts(config.ports);
  const surfpool = startSurfpool(module, config);
  const verdicts = new Verdicts();
  const sockets = socketServer(surfpool.then((ports) => ports.ws), verdicts, ws);
  serveSockets(wsServer, sockets);
  serveRequests(rpcServer, surfpool.then((ports) => ports.rpc), sockets);
  verdicts.watch((await surfpool).rpc);
  answer("ready", {
    rpc_url: `http://${LOOPBACK}:${portOf(rpcServer)}`,
    ws_url: `ws://${LOOPBACK}:${portOf(wsServer)}`,
  });
}

function end() {
  running?.stop();
  process.exit(0);
}

const input = readline.createInterface({ input: process.stdin });
input.once("line", (line) => {
  start(JSON.parse(line)).catch((error) => {
    if (error instanceof Refusal) answer(error.event, error.facts);
    else answer("failed", { message: String(error.message || error) });
    process.exit(1);
  });
});
input.on("close", end);

// A forked child of the parent may hold the other end of standard input open: look at the parent itself too.
const parent = process.ppid;
setInterval(() => process.ppid === parent || end(), PARENT_CHECK_MS);
