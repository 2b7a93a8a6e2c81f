// Who may speak to the local network: programs of this machine, and pages that this machine serves.
//
// A web page of anyone's can send requests to 127.0.0.1, and by DNS rebinding under a name of its own. Browsers name
// that page in Origin and the name it used in Host; both must be of this machine. A page under development is served
// from a port of its own, so an Origin may have any port. Programs send no Origin.
"use strict";

const HERE = "(localhost|127\\.0\\.0\\.1|\\[::1\\])";
const HOST = new RegExp(`^${HERE}:(\\d+)$`, "i");
const ORIGIN = new RegExp(`^https?://${HERE}(:\\d+)?$`, "i");

// Why a request with these headers (http.IncomingMessage.headersDistinct) is refused at `port`; null when it isn't.
function refusal({ host = [], origin = [] }, port) {
  const named = host.length === 1 && HOST.exec(host[0]);
  if (!named || Number(named[2]) !== port) return `Host must be localhost:${port} or 127.0.0.1:${port}`;
  const foreign = origin.find((page) => !ORIGIN.test(page));
  return foreign === undefined ? null : "pages that are not served by this machine have no access";
}

module.exports = { refusal };
