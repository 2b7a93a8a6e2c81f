// Who may speak to the local network.
"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");

const { refusal } = require(`${process.env.FRONT}/guard.cjs`);

const HERE = { host: ["127.0.0.1:8899"] };

for (const host of ["127.0.0.1:8899", "localhost:8899", "LOCALHOST:8899", "[::1]:8899"]) {
  test(`a request to ${host} is good`, () => assert.equal(refusal({ host: [host] }, 8899), null));
}

const FOREIGN_HOSTS = [
  [], ["evil.example"], ["evil.example:8899"], ["localhost"], ["localhost:8900"], ["localhost.evil.example:8899"],
  ["127.0.0.1:8899", "127.0.0.1:8899"], ["127.0.0.1:8899.evil.example"], ["evil.example@127.0.0.1:8899"], [""],
];
for (const host of FOREIGN_HOSTS) {
  test(`a request to ${JSON.stringify(host)} is refused`, () => {
    assert.equal(refusal({ host }, 8899), "Host must be localhost:8899 or 127.0.0.1:8899");
  });
}

for (const page of ["http://localhost:8899", "http://127.0.0.1:3000", "https://localhost", "http://[::1]:5173"]) {
  test(`a page of ${page} is good`, () => assert.equal(refusal({ ...HERE, origin: [page] }, 8899), null));
}

const FOREIGN_PAGES = [
  "https://evil.example", "null", "", "http://localhost.evil.example", "http://127.0.0.1.evil.example:8899",
  "file://", "http://localhost:8899/", "chrome-extension://abcdef", "http://evil.example@localhost",
];
for (const page of FOREIGN_PAGES) {
  test(`a page of ${JSON.stringify(page)} is refused`, () => {
    assert.match(refusal({ ...HERE, origin: [page] }, 8899), /have no access/);
  });
}

test("one foreign origin among good ones is refused", () => {
  assert.match(refusal({ ...HERE, origin: ["http://localhost:1", "https://evil.example"] }, 8899), /have no access/);
});
