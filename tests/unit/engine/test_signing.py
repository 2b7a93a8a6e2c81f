"""Signers that answer later, fail, are too slow, or answer with something else: nothing leaves that isn't signed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from fault.chain import FakeChain
from fault.wire import KeySigner
from solders.keypair import Keypair
from solders.pubkey import Pubkey
from solders.signature import Signature
from solders.system_program import TransferParams, transfer

from nosana_chain.engine.action import Action
from nosana_chain.engine.engine import Engine
from nosana_chain.engine.journal import MemoryJournal
from nosana_chain.engine.keyring import Keyring
from nosana_chain.engine.plan import plain
from nosana_chain.errors import SignerError, WalletError
from nosana_chain.models.receipt import Receipt
from nosana_chain.networks import MAINNET
from nosana_chain.wallet import Signer, SignsElsewhere, Wallet
from nosana_chain.wire.connection import Connection

KEY = Keypair.from_seed(bytes([1]) * 32)
Answer = Callable[[bytes], Awaitable[Any]]


class Remote:
    """A signer behind a wire: what it answers is a test's."""

    def __init__(self, answer: Answer | None = None) -> None:
        self.asked: list[bytes] = []
        self._answer = answer or self.honest

    @property
    def address(self) -> Pubkey:
        return KEY.pubkey()

    async def sign(self, message: bytes) -> Signature:
        self.asked.append(message)
        signature: Signature = await self._answer(message)
        return signature

    async def honest(self, message: bytes) -> Signature:
        await asyncio.sleep(0)
        return KEY.sign_message(message)


async def never(_message: bytes) -> Signature:
    await asyncio.Event().wait()
    raise AssertionError


async def fails(_message: bytes) -> Signature:
    raise ConnectionResetError("token=secret")


async def refuses(_message: bytes) -> Signature:
    raise WalletError("the device was unplugged")


async def signs_something_else(message: bytes) -> Signature:
    return KEY.sign_message(message + b"!")


async def signs_as_another(message: bytes) -> Signature:
    return Keypair().sign_message(message)


async def answers_bytes(message: bytes) -> bytes:
    return bytes(KEY.sign_message(message))


def paying(signer: Signer, chain: FakeChain, **more: Any) -> Action[Receipt]:
    instruction = transfer(TransferParams(from_pubkey=signer.address, to_pubkey=KeySigner(2).address, lamports=1))
    engine = Engine(connection=Connection(MAINNET, transport=chain), wallet=signer, **more)
    return Action(engine, lambda: plain(instruction), name="pay")


# ------------------------------------------------------------ refused


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (fails, r"failed \(ConnectionResetError\)"),
        (signs_something_else, "not its signature"),
        (signs_as_another, "not its signature"),
        (answers_bytes, r"failed \(TypeError\)"),
    ],
)
async def test_nothing_leaves_that_a_remote_signer_did_not_sign(answer: Answer, said: str) -> None:
    chain = FakeChain()
    action = paying(Remote(answer), chain)
    with pytest.raises(SignerError, match=said) as caught:
        await action
    assert caught.value.address == str(KEY.pubkey())
    assert caught.value.retry == "same"
    assert "secret" not in str(caught.value)
    assert chain.arrived == []


async def test_a_signer_that_takes_too_long() -> None:
    chain = FakeChain()
    with pytest.raises(SignerError, match=r"within 0\.01 s"):
        await paying(Remote(never), chain, signing_seconds=0.01)
    assert chain.arrived == []


async def test_a_signers_error_of_our_own_passes_as_it_is() -> None:
    with pytest.raises(WalletError, match="unplugged"):
        await paying(Remote(refuses), FakeChain())


async def test_who_signs_elsewhere_signs_nothing_here() -> None:
    signer = SignsElsewhere(KEY.pubkey())
    with pytest.raises(SignerError, match=r"failed \(NotImplementedError\)"):
        await paying(signer, FakeChain())
    assert str(KEY.pubkey()) in repr(signer)
    assert await paying(signer, FakeChain()).unsigned()


async def test_a_false_signature_of_a_signer_in_this_process() -> None:
    class Mistaken(KeySigner):
        def sign(self, message: bytes) -> Signature:
            return super().sign(message[1:])

    with pytest.raises(SignerError, match="not its signature"):
        await paying(Mistaken(1), FakeChain())


async def test_a_failed_signer_leaves_nothing_open() -> None:
    """Its intent is given up, so that nothing stays reserved; asked again, the same action goes on."""
    broken = [True]

    async def sometimes(message: bytes) -> Signature:
        if broken:
            raise ConnectionResetError
        return KEY.sign_message(message)

    async with MemoryJournal() as journal:
        chain = FakeChain()
        action = paying(Remote(sometimes), chain, journal=journal)
        with pytest.raises(SignerError):
            await action
        assert await journal.pending(scope=MAINNET.genesis_hash or "") == []
        broken.clear()
        assert (await action).signature == chain.arrived[0].signatures[0]


async def test_cancelled_while_a_signer_thinks() -> None:
    """Nothing has left, and the next try takes the intent up again."""
    started = asyncio.Event()
    thinking = [True]

    async def slow(message: bytes) -> Signature:
        started.set()
        return await never(message) if thinking else KEY.sign_message(message)

    async with MemoryJournal() as journal:
        chain = FakeChain()
        action = paying(Remote(slow), chain, journal=journal)
        task = asyncio.ensure_future(action)
        await started.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert chain.arrived == []
        thinking.clear()
        await action
        assert len(chain.signatures) == 1


# ------------------------------------------------------------ done


async def test_a_remote_signer_signs_a_transaction() -> None:
    chain, signer = FakeChain(), Remote()
    receipt = await paying(signer, chain)
    assert receipt.signature == chain.arrived[0].signatures[0]
    assert len(signer.asked) == 1


async def test_twenty_at_once_ask_a_remote_signer_once_for_its_root() -> None:
    signer, keyring = Remote(), Keyring()
    names = {"genesis_hash": "g", "verb": "v", "within": 1.0}
    seeds = await asyncio.gather(*(keyring.seed(signer, key=str(one), **names) for one in range(20)))
    assert len(set(seeds)) == 20
    assert len(signer.asked) == 2  # once, to see that it answers the same
    assert seeds[3] == await Keyring().seed(Wallet(KEY), key="3", **names)


async def test_a_root_that_is_out_of_reach_is_asked_for_again() -> None:
    keyring = Keyring()
    names = {"genesis_hash": "g", "verb": "v", "key": "k", "within": 1.0}
    with pytest.raises(SignerError):
        await keyring.seed(Remote(fails), **names)
    assert await keyring.seed(Remote(), **names) is not None
