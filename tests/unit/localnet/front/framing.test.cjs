// Where requests begin and end, however their bytes arrive.
"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");

const { BadRequest, Framing } = require(`${process.env.FRONT}/framing.cjs`);

const POST = "POST / HTTP/1.1\r\nHost: localhost:1\r\nContent-Length: 5\r\n\r\nhello";
const GET = "GET /path HTTP/1.1\r\nHost: localhost:1\r\nOrigin: http://localhost:2 \r\n\r\n";
const CHUNKED =
  "POST / HTTP/1.1\r\nhost: localhost:1\r\nTransfer-Encoding: Chunked\r\n\r\n" +
  "5;name=value\r\nGET /\r\n1A \r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nTrailer: x\r\n\r\n";

// What was judged, and what was passed on, when `text` arrives in pieces that end at `cuts`.
function arrive(text, cuts = [], stopAt = () => {}) {
  const judged = [];
  const framing = new Framing((head) => {
    stopAt(head);
    judged.push(head);
  });
  const bytes = Buffer.from(text, "latin1");
  const passed = [];
  [0, ...cuts].forEach((start, index) => {
    for (const part of framing.take(bytes.subarray(start, cuts[index]))) passed.push(part);
  });
  return { judged, passed: Buffer.concat(passed).toString("latin1"), rest: framing.rest.toString("latin1") };
}

test("every request of a pipeline is judged, with bodies of each kind between them", () => {
  const { judged, passed, rest } = arrive(POST + CHUNKED + GET + POST);
  assert.deepEqual(judged.map(({ method }) => method), ["POST", "POST", "GET", "POST"]);
  assert.deepEqual(judged[2].headers, { host: ["localhost:1"], origin: ["http://localhost:2"] });
  assert.equal(passed, POST + CHUNKED + GET + POST);
  assert.equal(rest, "");
});

test("where the pieces are cut makes no difference", () => {
  const text = POST + CHUNKED + GET;
  for (let first = 1; first < text.length; first++) {
    for (const second of [first + 1, first + 3, text.length - 1].filter((cut) => cut > first && cut < text.length)) {
      const { judged, passed } = arrive(text, [first, second]);
      assert.equal(judged.length, 3, `cut at ${first} and ${second}`);
      assert.equal(passed, text);
    }
  }
});

test("one byte at a time", () => {
  const text = CHUNKED + POST;
  const { judged, passed } = arrive(text, [...Array(text.length - 1).keys()].map((index) => index + 1));
  assert.equal(judged.length, 2);
  assert.equal(passed, text);
});

test("nothing of a head is passed on before it is complete and judged", () => {
  assert.equal(arrive(POST.slice(0, 40)).passed, "");
});

test("what was judged bad stays behind, and what came before it has gone on", () => {
  const framing = new Framing(({ method }) => {
    if (method === "GET") throw new RangeError("stop");
  });
  const passed = [];
  assert.throws(() => {
    for (const part of framing.take(Buffer.from(POST + GET + "more"))) passed.push(part);
  }, RangeError);
  assert.equal(Buffer.concat(passed).toString(), POST);
  assert.equal(framing.rest.toString(), GET + "more");
});

test("a header that is there twice is told twice", () => {
  const { judged } = arrive("GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n");
  assert.deepEqual(judged[0].headers.host, ["a", "b"]);
});

test("a long body costs no more than its bytes", () => {
  const framing = new Framing(() => {});
  const length = 64 * 1024 ** 2;
  const head = Buffer.from(`POST / HTTP/1.1\r\nContent-Length: ${length}\r\n\r\n`);
  const piece = Buffer.alloc(1024 ** 2);
  let passed = 0;
  for (const bytes of [head, ...Array(64).fill(piece)]) {
    for (const part of framing.take(bytes)) passed += part.length;
  }
  assert.equal(passed, head.length + length);
  assert.equal(framing.rest.length, 0);
});

const head = (...lines) => ["POST / HTTP/1.1", "Host: localhost:1", ...lines, "", ""].join("\r\n");
const UNCLEAR = {
  "two lengths": head("Content-Length: 5", "Content-Length: 6"),
  "a length in a list": head("Content-Length: 5, 5"),
  "a signed length": head("Content-Length: +5"),
  "an empty length": head("Content-Length:"),
  "a length and a coding": head("Content-Length: 5", "Transfer-Encoding: chunked"),
  "another coding": head("Transfer-Encoding: gzip, chunked"),
  "two codings": head("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
  "a space before the colon": head("Content-Length : 5"),
  "a folded line": head("X: a", " Content-Length: 5"),
  "a bare line feed in a value": head("X: a\nContent-Length: 5"),
  "a bare carriage return in a value": head("X: a\rContent-Length: 5"),
  "a zero byte": head("X: a\0"),
  "no version": "GET /\r\nHost: localhost:1\r\n\r\n",
  "another version": "GET / HTTP/2.0\r\nHost: localhost:1\r\n\r\n",
  "a space in the target": "GET /a b HTTP/1.1\r\nHost: localhost:1\r\n\r\n",
  "another protocol": "\x16\x03\x01\x02\r\n\r\n",
  "a blank line first": "\r\nGET / HTTP/1.1\r\n\r\n",
  "a head without an end": "GET / HTTP/1.1\r\nX: " + "x".repeat(17_000),
  "a chunk without a length": head("Transfer-Encoding: chunked") + "\r\n",
  "a negative chunk": head("Transfer-Encoding: chunked") + "-1\r\n",
  "a chunk in another base": head("Transfer-Encoding: chunked") + "0x5\r\nhello\r\n",
  "a chunk longer than it says": head("Transfer-Encoding: chunked") + "5\r\nhello!\r\n",
  "a chunk's length without an end": head("Transfer-Encoding: chunked") + "0".repeat(2000),
};
for (const [name, text] of Object.entries(UNCLEAR)) {
  test(`${name} is refused`, () => assert.throws(() => arrive(text), BadRequest));
}
