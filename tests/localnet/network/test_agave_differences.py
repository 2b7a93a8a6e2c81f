"""What the official validator does otherwise than Surfpool, by name; docs/validators.md tells users."""

from __future__ import annotations

import asyncio
import base64
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from harness.validators import needs_agave
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import TransferParams, transfer

from nosana_chain.client import NosanaClient
from nosana_chain.engine.build import SignedTransaction, build_message, sign_message
from nosana_chain.engine.lifetime import Lifetime
from nosana_chain.engine.nonces import advancing_ix
from nosana_chain.engine.send import send
from nosana_chain.errors import RpcResponseError, UnsupportedByValidatorError
from nosana_chain.localnet import Localnet, rent_exempt
from nosana_chain.wire.transport import HttpTransport, RpcRequest

pytestmark = needs_agave
FRIEND = Pubkey(bytes([7]) * 32)


class Place:
    """A network on the official validator, and a client of it."""

    def __init__(self, net: Localnet, client: NosanaClient) -> None:
        self.net, self.client = net, client
        self.payer = net.wallets["builder"]

    async def signed(self, lamports: int = 1_000_000) -> SignedTransaction:
        recent = await self.client.connection.fetch_blockhash()
        gift = transfer(TransferParams(from_pubkey=self.payer.address, to_pubkey=FRIEND, lamports=lamports))
        message = build_message([gift], payer=self.payer.address, blockhash=recent.hash)
        transaction = sign_message(message, signers=[self.payer])
        life = Lifetime(last_valid_block_height=recent.last_valid_block_height, signed_at=0, slot_seconds=0.4)
        return SignedTransaction(transaction, life)

    async def ask(self, method: str, *params: Any) -> Any:
        return await self.client.connection.call(method, *params, answer=Any)

    async def statuses(self, signature: Signature) -> Any:
        return (await self.ask("getSignatureStatuses", [str(signature)]))["value"]

    async def raw(self, body: Any) -> Any:
        """What a body gets that is none of one request."""
        transport = HttpTransport(str.__str__(self.net.network.rpc_url or ""))
        try:
            return json.loads(await transport.send(RpcRequest("batch", json.dumps(body).encode(), answer=Any)))
        finally:
            await transport.aclose()


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with (
        Localnet.start(validator="agave", ticks_per_slot=8) as net,
        NosanaClient(net.network, net.wallets["builder"]) as client,
    ):
        yield Place(net, client)


async def test_by_name(place: Place, subtests: pytest.Subtests) -> None:
    for check in (same_bytes, a_bad_signature, statuses, a_batch, a_slot_not_reached, cheats, a_failure_and_its_nonce):
        with subtests.test(check.__name__):
            await check(place)


async def test_the_example_of_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    page = Path(__file__).parents[3] / "docs" / "validators.md"
    [example] = re.findall(r"```python\n(.*?)```", page.read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)  # noqa: S102  our own page
    await names["main"]()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+ and all else as on Surfpool\n", capsys.readouterr().out)


async def same_bytes(place: Place) -> None:
    """The same bytes again are answered with their signature, landed or not."""
    signed = await place.signed()
    encoded, options = base64.b64encode(signed.raw).decode(), {"encoding": "base64", "skipPreflight": True}
    for _ in range(2):
        assert await place.ask("sendTransaction", encoded, options) == str(signed.signature)
    while await place.statuses(signed.signature) == [None]:  # noqa: ASYNC110  the chain's own pace
        await asyncio.sleep(0.02)
    assert await send(place.client.connection, signed) is None


async def a_bad_signature(place: Place) -> None:
    """It is refused with the reason in `data`; without preflight it is taken, and lands nowhere."""
    signed = await place.signed()
    raw = signed.raw[:1] + bytes(Signature.new_unique()) + signed.raw[65:]
    bad = SignedTransaction(type(signed.transaction).from_bytes(raw), signed.lifetime)
    with pytest.raises(RpcResponseError) as caught:
        await place.ask("sendTransaction", base64.b64encode(raw).decode(), {"encoding": "base64"})
    assert caught.value.facts["rpc_code"] == -32002
    assert caught.value.facts["data"]["err"] == "SignatureFailure"
    assert await send(place.client.connection, bad) is None


async def statuses(place: Place) -> None:
    """More than 256 at once are refused."""
    many = [str(Signature.new_unique()) for _ in range(257)]
    assert len((await place.ask("getSignatureStatuses", many[:256]))["value"]) == 256
    with pytest.raises(RpcResponseError) as caught:
        await place.ask("getSignatureStatuses", many)
    assert caught.value.facts["rpc_code"] == -32602


async def a_batch(place: Place) -> None:
    """Several requests in one body are served."""
    asked = [{"jsonrpc": "2.0", "id": number, "method": "getHealth"} for number in (1, 2)]
    assert [one["result"] for one in await place.raw(asked)] == ["ok", "ok"]


async def a_slot_not_reached(place: Place) -> None:
    """It says how far it is."""
    body = {"jsonrpc": "2.0", "id": 1, "method": "getBalance", "params": [str(FRIEND), {"minContextSlot": 2**40}]}
    error = (await place.raw(body))["error"]
    assert error["code"] == -32016
    assert 0 < error["data"]["contextSlot"] < 2**40


async def cheats(place: Place) -> None:
    """What it can't do is said with what can."""
    for cheat in (place.net.warp(1), place.net.set_account(FRIEND, rent_exempt(b"", owner=FRIEND))):
        with pytest.raises(UnsupportedByValidatorError, match="validator='surfpool'"):
            await cheat


async def a_failure_and_its_nonce(place: Place) -> None:
    """A transaction that fails on chain has advanced its nonce all the same."""
    nonce = (await place.client.nonces.create_nonce()).nonce
    before = await place.client.nonces.fetch_nonce(nonce)
    dear = transfer(TransferParams(from_pubkey=place.payer.address, to_pubkey=FRIEND, lamports=2**62))
    message = build_message([advancing_ix(before), dear], payer=place.payer.address, blockhash=before.value)
    transaction = sign_message(message, signers=[place.payer])
    encoded = base64.b64encode(bytes(transaction)).decode()
    while (status := (await place.statuses(transaction.signatures[0]))[0]) is None:
        await place.ask("sendTransaction", encoded, {"encoding": "base64", "skipPreflight": True})
        await asyncio.sleep(0.2)
    assert status["err"] == {"InstructionError": [1, {"Custom": 1}]}
    assert (await place.client.nonces.fetch_nonce(nonce)).value != before.value
