"""A whole execution over real sockets, against an endpoint that fails at the worst moment."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from solders.system_program import TransferParams, transfer
from solders.transaction import VersionedTransaction

from fault.wire import (
    FakeTime,
    KeySigner,
    blockhash,
    epoch,
    failure,
    http,
    http_server,
    landed,
    result,
    simulated,
    status,
    statuses,
)
from nosana_chain.engine.action import Action
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.plan import plain
from nosana_chain.errors import (
    BlockhashExpiredError,
    OutcomeUnknownError,
    RpcUnreachableError,
    TransactionFailedError,
)
from nosana_chain.models.receipt import Progress, Receipt, Step
from nosana_chain.networks import LOCALNET
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.retry import RetryingTransport
from nosana_chain.wire.transport import HttpTransport

PAYER = KeySigner(1)
TRANSFER = transfer(TransferParams(from_pubkey=PAYER.address, to_pubkey=KeySigner(2).address, lamports=1))
DROPPED = b""


class Chain:
    """An endpoint of a cluster on which every transaction lands as soon as it arrives; faults are put into it."""

    def __init__(self, **faults: Callable[[], bytes | None]) -> None:
        self.arrived: list[str] = []
        self.told: list[Progress] = []
        self._faults = faults
        self._time = FakeTime()
        self.error: Any = None

    def respond(self, request: bytes) -> bytes:
        """The raw HTTP answer; None from a fault lets the honest answer through."""
        body = json.loads(request.partition(b"\r\n\r\n")[2])
        honest = http(result(self._answer(body["method"], body["params"])))
        fault = self._faults.get(body["method"], lambda: None)()
        return honest if fault is None else fault

    def _answer(self, method: str, params: list[Any]) -> Any:
        if method == "sendTransaction":
            self.arrived.append(params[0])
            return "signature"
        return {
            "simulateTransaction": simulated(),
            "getRecentPrioritizationFees": [],
            "getLatestBlockhash": blockhash(150),
            "getSignatureStatuses": statuses(status() if self.arrived else None, slot=10**9),
            "getEpochInfo": epoch(height=151 + int((self._time.now - 1000) / 0.4), slot=10**9),
            "getTransaction": self._landed(),
        }[method]

    def _landed(self) -> Any:
        """The transaction that arrived, in the cluster's ledger."""
        if not self.arrived:
            return None
        keys = len(VersionedTransaction.from_bytes(base64.b64decode(self.arrived[0])).message.account_keys)
        balances = {"preBalances": [9_000] + [0] * (keys - 1), "postBalances": [4_000] + [0] * (keys - 1)}
        answer = landed()
        answer["meta"] |= balances | {"err": self.error}
        return answer | {"transaction": [self.arrived[0], "base64"]}

    async def execute(self) -> Receipt:
        time = self._time
        async with http_server(self.respond) as url:
            transport = RetryingTransport(HttpTransport(url), sleep=time.sleep)
            async with Connection(LOCALNET, transport=transport) as connection:
                engine = Engine(
                    connection=connection,
                    wallet=PAYER,
                    progress=self.told.append,
                    clock=time.clock,
                    sleep=time.sleep,
                )
                return await Action(engine, lambda: plain(TRANSFER), name="pay")

    @property
    def signature(self) -> str:
        return next(str(progress.signature) for progress in self.told if progress.step is Step.SIGNED)


def _once(fault: bytes) -> Callable[[], bytes | None]:
    faults = [fault]
    return lambda: faults.pop() if faults else None


async def test_endpoint_is_gone_before_anything_is_sent() -> None:
    chain = Chain(getLatestBlockhash=lambda: DROPPED)
    with pytest.raises(RpcUnreachableError):
        await chain.execute()
    assert chain.arrived == []


async def test_endpoint_dies_after_the_transaction_arrived() -> None:
    chain = Chain(sendTransaction=lambda: DROPPED, getSignatureStatuses=lambda: DROPPED)
    with pytest.raises(OutcomeUnknownError) as caught:
        await chain.execute()
    assert caught.value.signature == chain.signature
    assert len(set(chain.arrived)) == 1


async def test_endpoint_turns_into_a_web_page_after_sending() -> None:
    chain = Chain(getSignatureStatuses=lambda: http(b"<html>maintenance</html>"))
    with pytest.raises(OutcomeUnknownError, match="no usable answer"):
        await chain.execute()


async def test_it_failed_on_chain() -> None:
    error = {"InstructionError": [0, "InvalidArgument"]}
    failed = http(result(statuses(status(err=error))))
    chain = Chain(getSignatureStatuses=lambda: failed)
    chain.error = error
    with pytest.raises(TransactionFailedError) as caught:
        await chain.execute()
    assert (caught.value.reason, caught.value.signature) == ("InvalidArgument", chain.signature)


async def test_it_never_arrives() -> None:
    chain = Chain(getSignatureStatuses=lambda: http(result(statuses(None, slot=10**9))))
    with pytest.raises(BlockhashExpiredError) as caught:
        await chain.execute()
    assert caught.value.signature == chain.signature


@pytest.mark.parametrize(
    "answer",
    [
        DROPPED,
        http(b"busy", "429 Too Many Requests", "Retry-After: 1"),
        http(b"busy", "503 Service Unavailable"),
        http(b"<html>oops</html>", "500 Internal Server Error"),
        http(b'{"jsonrpc":"2.0","id":0,"resu'),
        http(failure(-32005, "behind")),
        http(failure(-32002, "This transaction has already been processed")),
        http(failure(-32099, "unheard of")),
    ],
)
@pytest.mark.parametrize("method", ["sendTransaction", "getSignatureStatuses", "getTransaction"])
async def test_one_fault_after_signing_changes_nothing(method: str, answer: bytes) -> None:
    chain = Chain(**{method: _once(answer)})
    receipt = await chain.execute()
    assert str(receipt.signature) == chain.signature
    assert len(set(chain.arrived)) == 1


@pytest.mark.parametrize("method", ["simulateTransaction", "getRecentPrioritizationFees", "getLatestBlockhash"])
async def test_one_fault_before_signing_changes_nothing(method: str) -> None:
    chain = Chain(**{method: _once(http(b"busy", "429 Too Many Requests"))})
    assert (await chain.execute()).slot == 9
    assert len(chain.arrived) == 1
