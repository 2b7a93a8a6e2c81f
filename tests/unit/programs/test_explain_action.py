"""What `client.transactions.explain` takes, and what it asks the cluster."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from fault.wire import ScriptedTransport
from landed import PAYER, answer, signed
from solders import system_program
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.transaction import VersionedTransaction

from nosana_chain.client import NosanaClient
from nosana_chain.engine.build import unsigned
from nosana_chain.errors import InputError, NotFoundError, RpcResponseError
from nosana_chain.models.explanation import Explanation
from nosana_chain.networks import LOCALNET

TO = Pubkey(bytes([7]) * 32)
TRANSACTION = signed(
    system_program.transfer(system_program.TransferParams(from_pubkey=PAYER.address, to_pubkey=TO, lamports=30))
)
SIGNATURE = TRANSACTION.signatures[0]
RAW = bytes(TRANSACTION)
ENCODED = base64.b64encode(RAW).decode()


async def explain(asked: Any, *answers: Any) -> tuple[Explanation, list[str]]:
    transport = ScriptedTransport({"getTransaction": list(answers)})
    async with NosanaClient(LOCALNET, transport=transport) as client:
        return await client.transactions.explain(asked), transport.methods


@pytest.mark.parametrize(
    "text", ["", "my transaction", str(SIGNATURE)[:-4], ENCODED[:-8], ENCODED[4:], str(TO), "grüße"]
)
async def test_a_text_that_is_neither(text: str) -> None:
    with pytest.raises(InputError, match="neither a signature"):
        await explain(text)


async def test_bytes_that_are_no_transaction() -> None:
    with pytest.raises(InputError, match="are no transaction"):
        await explain(RAW[:-1])


async def test_an_unknown_signature() -> None:
    with pytest.raises(NotFoundError, match=f"no transaction {SIGNATURE} on localnet") as caught:
        await explain(SIGNATURE, None)
    assert (caught.value.address, caught.value.kind) == (str(SIGNATURE), "transaction")


@pytest.mark.parametrize(
    "damage",
    [{"transaction": ["", "base64"]}, {"transaction": [ENCODED[:-8], "base64"]}],
    ids=["nothing", "cut"],
)
async def test_a_node_that_sends_no_whole_transaction(damage: dict[str, Any]) -> None:
    with pytest.raises(RpcResponseError):
        await explain(SIGNATURE, {**answer(TRANSACTION), **damage})


async def test_a_node_that_tells_of_other_accounts() -> None:
    with pytest.raises(RpcResponseError):
        await explain(SIGNATURE, answer(TRANSACTION, preBalances=[1], postBalances=[1]))


async def test_an_unsigned_transaction_asks_nobody() -> None:
    explained, methods = await explain(unsigned(TRANSACTION.message))
    assert (explained.signature, explained.slot, methods) == (None, None, [])


async def test_a_signed_transaction_that_is_not_on_chain() -> None:
    explained, methods = await explain(RAW, None)
    assert (explained.signature, explained.slot, methods) == (SIGNATURE, None, ["getTransaction"])


@pytest.mark.parametrize(
    "asked",
    [SIGNATURE, str(SIGNATURE), f" {SIGNATURE}\n", RAW, ENCODED, TRANSACTION],
    ids=["signature", "base58", "with-spaces", "bytes", "base64", "transaction"],
)
async def test_whatever_names_a_transaction_is_taken(asked: Signature | VersionedTransaction | bytes | str) -> None:
    explained, methods = await explain(asked, answer(TRANSACTION))
    assert (explained.signature, explained.slot, methods) == (SIGNATURE, 9, ["getTransaction"])
    assert [one.title for one in explained.instructions] == ["system Transfer"]
    assert explained.instructions[0].arguments["lamports"].text == "0.000000030 SOL"
