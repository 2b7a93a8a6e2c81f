"""Fakes for the one seam to a cluster: a scripted transport, a real HTTP server on loopback, and a clock to turn."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from solders import system_program
from solders.hash import Hash
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import TransferParams

from nosana_chain.engine.build import SignedTransaction, build_message, sign_message
from nosana_chain.engine.lifetime import Lifetime
from nosana_chain.localnet.litesvm.answers import account_shown
from nosana_chain.wire.transport import RpcRequest


class ScriptedTransport:
    """Answers each method with the next of its answers; the last one is given again and again.

    An answer is a result, raw bytes, or an exception to raise.
    """

    def __init__(self, answers: Mapping[str, list[Any]]) -> None:
        self.endpoint = "http://scripted"
        self.closed = False
        self.requests: list[dict[str, Any]] = []
        self._answers = {method: list(given) for method, given in answers.items()}

    async def send(self, request: RpcRequest) -> bytes:
        body = json.loads(request.body)
        assert body["method"] == request.method
        self.requests.append(body)
        answers = self._answers[request.method]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, bytes) else result(answer)

    async def aclose(self) -> None:
        self.closed = True

    @property
    def methods(self) -> list[str]:
        return [request["method"] for request in self.requests]

    def params(self, method: str) -> list[list[Any]]:
        return [request["params"] for request in self.requests if request["method"] == method]


class FakeTime:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


class KeySigner:
    """Signs with a key in memory."""

    def __init__(self, seed: int) -> None:
        self._key = Keypair.from_seed(bytes([seed]) * 32)

    @property
    def address(self) -> Pubkey:
        return self._key.pubkey()

    def sign(self, message: bytes) -> Signature:
        return self._key.sign_message(message)


Respond = Callable[[bytes], Awaitable[bytes] | bytes]


@asynccontextmanager
async def http_server(
    respond: Respond, *, keep_open: bool = True, connected: Callable[[], None] = bool
) -> AsyncIterator[str]:
    """A server on loopback that answers each request (head and body) with raw bytes; none drops the connection.

    Without `keep_open` it drops the connection after each answer. `connected` is called for each new one.
    """

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected()
        try:
            while answer := await _answered(await _read_request(reader), respond):
                writer.write(answer)
                await writer.drain()
                if not keep_open:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client has gone
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.close()


async def _read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return head + await reader.readexactly(int(lengths[0].split(b":")[1]))


async def _answered(request: bytes, respond: Respond) -> bytes:
    answer = respond(request)
    return answer if isinstance(answer, bytes) else await answer


def http(body: bytes, status: str = "200 OK", *headers: str, length: int | None = None) -> bytes:
    """A raw HTTP answer; `length` other than the body's makes it a damaged one."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def result(value: Any) -> bytes:
    """A JSON-RPC answer with a result."""
    return json.dumps({"jsonrpc": "2.0", "id": 0, "result": value}).encode()


def failure(code: int, message: str = "no", **more: Any) -> bytes:
    """A JSON-RPC answer with an error; `data` only where it is given."""
    return json.dumps({"jsonrpc": "2.0", "id": 0, "error": {"code": code, "message": message, **more}}).encode()


def statuses(status: dict[str, Any] | None, *, slot: int = 10) -> dict[str, Any]:
    """An answer of getSignatureStatuses for one signature, by a node at `slot`."""
    return {"context": {"slot": slot}, "value": [status]}


def status(commitment: str = "confirmed", *, slot: int = 9, err: Any = None) -> dict[str, Any]:
    """The status of a transaction that is on chain."""
    return {"slot": slot, "confirmations": 0, "err": err, "confirmationStatus": commitment}


def landed(*, slot: int = 9, fee: int = 5000, units: int = 150, logs: tuple[str, ...] = (), err: Any = None) -> Any:
    """An answer of getTransaction."""
    meta = {"fee": fee, "err": err, "computeUnitsConsumed": units, "logMessages": list(logs)}
    return {"slot": slot, "meta": meta, "transaction": ["", "base64"]}


def blockhash(height: int = 150) -> dict[str, Any]:
    """An answer of getLatestBlockhash."""
    value = {"blockhash": "EkSnNWid2cvwEVnVx9aBqawnmiCNiDgp3gUdkDPTKN1N", "lastValidBlockHeight": height}
    return {"context": {"slot": 1}, "value": value}


def epoch(*, height: int, slot: int = 10) -> dict[str, int]:
    """An answer of getEpochInfo."""
    return {"absoluteSlot": slot, "blockHeight": height, "epoch": 0, "slotIndex": 0, "slotsInEpoch": 1}


def simulated(*, units: int = 150, logs: tuple[str, ...] = (), err: Any = None) -> dict[str, Any]:
    """An answer of simulateTransaction."""
    return {"context": {"slot": 1}, "value": {"err": err, "logs": list(logs), "unitsConsumed": units}}


def signed_transfer(*, height: int = 150, signed_at: float = 1000.0) -> SignedTransaction:
    """A signed transaction that can land up to block height `height`, signed when `FakeTime` begins."""
    payer = KeySigner(1)
    transfer = TransferParams(from_pubkey=payer.address, to_pubkey=KeySigner(2).address, lamports=1)
    message = build_message([system_program.transfer(transfer)], payer=payer.address, blockhash=Hash.default())
    lifetime = Lifetime(last_valid_block_height=height, signed_at=signed_at, slot_seconds=0.4)
    return SignedTransaction(sign_message(message, signers=[payer]), lifetime)


as_shown = account_shown  #: an account as nodes write it
