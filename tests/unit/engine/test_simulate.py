import base64

import pytest
from fault.wire import KeySigner, ScriptedTransport, signed_transfer, simulated

from nosana_chain.engine.simulate import Simulation, simulate
from nosana_chain.errors import InsufficientFundsError, RpcResponseError
from nosana_chain.networks import LOCALNET
from nosana_chain.units import Lamports
from nosana_chain.wire.connection import Connection

TRANSACTION = signed_transfer().transaction


def _connection(answer: object) -> tuple[Connection, ScriptedTransport]:
    transport = ScriptedTransport({"simulateTransaction": [answer]})
    return Connection(LOCALNET, transport=transport), transport


async def test_failure_is_decoded() -> None:
    connection, _ = _connection(simulated(err="AccountNotFound"))
    with pytest.raises(InsufficientFundsError, match="nothing was sent") as caught:
        await simulate(connection, TRANSACTION)
    assert caught.value.signature is None


async def test_failure_without_logs() -> None:
    connection, _ = _connection({"value": {"err": {"InsufficientFundsForRent": {"account_index": 0}}, "logs": None}})
    with pytest.raises(InsufficientFundsError):
        await simulate(connection, TRANSACTION)


async def test_answer_of_an_unexpected_form() -> None:
    connection, _ = _connection({"value": {"err": None, "unitsConsumed": "many"}})
    with pytest.raises(RpcResponseError, match="no readable answer"):
        await simulate(connection, TRANSACTION)


async def test_success() -> None:
    connection, transport = _connection(simulated(units=150, logs=("a", "b")))
    assert await simulate(connection, TRANSACTION) == Simulation(
        150, ("a", "b"), funded={KeySigner(1).address: Lamports(1)}
    )
    encoded, settings = transport.requests[0]["params"]
    assert base64.b64decode(encoded) == bytes(TRANSACTION)
    assert settings == {
        "commitment": "confirmed",
        "encoding": "base64",
        "sigVerify": False,
        "replaceRecentBlockhash": True,
        "innerInstructions": True,
    }
