// Where the requests of one HTTP/1.1 connection begin and end (RFC 9112), so that each head can be judged.
//
// The bytes themselves are passed on as they are. What could be read in two ways is refused: then the server behind
// can't see another request than the one that was judged.
"use strict";

const MOST_HEAD_BYTES = 16 * 1024;
const MOST_LINE_BYTES = 1024; // of a chunk's length, with its extensions
const BLANK = Buffer.alloc(0);

const REQUEST_LINE = /^([A-Z]{1,16}) \S+ HTTP\/1\.[01]$/;
const FIELD = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([^\r\n\0]*)$/;
const LENGTH = /^\d{1,15}$/;
const CHUNK = /^([0-9A-Fa-f]{1,8})[ \t]*(;[^\r\n\0]*)?$/;

class BadRequest extends Error {}

// {method, headers} of a head without the blank line at its end; headers are lists of values by lower-case name.
function readHead(text) {
  const [line, ...fields] = text.split("\r\n");
  const method = REQUEST_LINE.exec(line)?.[1];
  if (!method) throw new BadRequest("this is no request of HTTP/1.1");
  const headers = {};
  for (const field of fields) {
    const [, name, value] = FIELD.exec(field) ?? [];
    if (!name) throw new BadRequest("a header can't be read");
    (headers[name.toLowerCase()] ??= []).push(value.trimEnd());
  }
  return { method, headers };
}

// Bytes of the body that follows, or "chunked".
function lengthOf({ "content-length": lengths = [], "transfer-encoding": codings = [] }) {
  if (lengths.length + codings.length > 1) throw new BadRequest("the body has two lengths");
  if (codings.length && codings[0].toLowerCase() !== "chunked") throw new BadRequest("the body is of unknown length");
  if (lengths.length && !LENGTH.test(lengths[0])) throw new BadRequest("the body's length can't be read");
  return codings.length ? "chunked" : Number(lengths[0] ?? 0);
}

class Framing {
  #judge;
  #left = 0; // bytes until what `#next` reads
  #next = this.#head;

  rest = BLANK; // what came and can't be passed on yet: the beginning of a head or line, or a head that was refused

  // `judge` is given each head once it is complete, before any byte of it is passed on. It throws to stop.
  constructor(judge) {
    this.#judge = judge;
  }

  // Gives the parts of `bytes`, and of what came before, that can be passed on now.
  *take(bytes) {
    this.rest = this.rest.length ? Buffer.concat([this.rest, bytes]) : bytes;
    while (this.rest.length) {
      const count = this.#left ? this.#body(this.rest) : this.#next(this.rest);
      if (!count) return;
      const part = this.rest.subarray(0, count);
      this.rest = this.rest.subarray(count);
      yield part;
    }
  }

  #body(rest) {
    const count = Math.min(this.#left, rest.length);
    this.#left -= count;
    return count;
  }

  #head(rest) {
    const end = this.#endOf("\r\n\r\n", rest, MOST_HEAD_BYTES);
    if (!end) return 0;
    const head = readHead(rest.toString("latin1", 0, end - 4));
    const length = lengthOf(head.headers);
    this.#judge(head);
    if (length === "chunked") this.#next = this.#chunk;
    else this.#left = length;
    return end;
  }

  #chunk(rest) {
    const end = this.#endOf("\r\n", rest, MOST_LINE_BYTES);
    if (!end) return 0;
    const size = CHUNK.exec(rest.toString("latin1", 0, end - 2))?.[1];
    if (!size) throw new BadRequest("a chunk's length can't be read");
    this.#left = parseInt(size, 16);
    this.#next = this.#left ? this.#chunkEnd : this.#trailer;
    return end;
  }

  #chunkEnd(rest) {
    if (rest.length < 2) return 0;
    if (rest.toString("latin1", 0, 2) !== "\r\n") throw new BadRequest("a chunk is longer than it says");
    this.#next = this.#chunk;
    return 2;
  }

  #trailer(rest) {
    const end = this.#endOf("\r\n", rest, MOST_HEAD_BYTES);
    if (end === 2) this.#next = this.#head;
    return end;
  }

  #endOf(mark, rest, most) {
    const at = rest.indexOf(mark);
    if (at > most || (at < 0 && rest.length > most)) throw new BadRequest("a head is too long");
    return at < 0 ? 0 : at + mark.length;
  }
}

module.exports = { BadRequest, Framing };
