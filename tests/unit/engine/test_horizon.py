"""A key that no journal knows: what the history of its account's address proves, and what it doesn't."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from fault.chain import FakeChain
from fault.wire import FakeTime, KeySigner, failure, landed
from landed import PAYER, answer, signed
from solders.pubkey import Pubkey
from solders.system_program import TransferParams, transfer

from nosana_chain.engine.engine import Engine
from nosana_chain.engine.identify import identify, require_never_made
from nosana_chain.errors import (
    AlreadyDoneError,
    HistoryTooShortError,
    NosanaError,
    RpcRateLimitError,
    RpcResponseError,
    RpcUnreachableError,
)
from nosana_chain.networks import LOCALNET, MAINNET, Network
from nosana_chain.wire.connection import Connection

DAY = 86_400
WHERE = {"endpoint": "http://fake", "method": "any"}
PAID = signed(transfer(TransferParams(from_pubkey=PAYER.address, to_pubkey=KeySigner(7).address, lamports=1)))
MAKER = PAYER.address  # it signed


async def refusal(account: Pubkey = MAKER, *, strict: bool = False, kept_days: int = 40, **rules: Any) -> NosanaError:
    """What is said of a key whose account has that address; fails where nothing is."""
    with pytest.raises(NosanaError) as caught:
        await ask(account, strict=strict, kept_days=kept_days, **rules)
    return caught.value


async def ask(
    account: Pubkey = MAKER, *, strict: bool = False, kept_days: int = 40, network: Network = LOCALNET, **rules: Any
) -> None:
    chain, time = FakeChain(**rules), FakeTime()
    now = 100 * DAY
    chain.rules.setdefault("getBlockTime", lambda _params, _answer: now - kept_days * DAY)
    chain.rules.setdefault("getFirstAvailableBlock", lambda _params, _answer: 7)
    engine = Engine(
        connection=Connection(network, transport=chain),
        wallet=KeySigner(1),
        clock=time.clock,
        sleep=time.sleep,
        wall_clock=lambda: now,
    )
    identity = await identify(engine, verb="post_job", key="order-1", terms={}, makes_account=True)
    await require_never_made(engine, account, identity, strict=strict)


def always(answer: Any) -> Any:
    return lambda _params, _answer: answer


def seen(*signatures: str, err: Any = None) -> Any:
    return always([{"signature": one, "err": err} for one in signatures])


async def test_it_was_made_and_is_gone() -> None:
    rules = {"getSignaturesForAddress": seen(str(PAID.signatures[0])), "getTransaction": always(answer(PAID))}
    error = await refusal(**rules)
    assert isinstance(error, AlreadyDoneError)
    assert error.signature == str(PAID.signatures[0])


async def test_it_was_made_more_than_a_page_of_transactions_ago() -> None:
    noise = [{"signature": str(PAID.signatures[0]), "err": "AccountInUse"}] * 1000

    def page(params: Any, _answer: Any) -> Any:
        return noise if "before" not in params[1] else [{"signature": str(PAID.signatures[0]), "err": None}]

    error = await refusal(getSignaturesForAddress=page, getTransaction=always(answer(PAID)))
    assert isinstance(error, AlreadyDoneError)


@pytest.mark.parametrize(
    "hidden", [None, landed(), answer(PAID) | {"transaction": [base64.b64encode(b"x").decode(), "base64"]}]
)
async def test_a_transaction_that_is_named_and_not_shown(hidden: Any) -> None:
    error = await refusal(getSignaturesForAddress=seen(str(PAID.signatures[0])), getTransaction=always(hidden))
    assert isinstance(error, HistoryTooShortError)
    assert "may have been made before" in str(error)


@pytest.mark.parametrize(
    "silence",
    [
        RpcUnreachableError("gone", **WHERE),
        RpcRateLimitError("slow down", retry_after_seconds=1, **WHERE),
        b"<html>maintenance</html>",
        b'{"jsonrpc":"2.0","id":0,"result":7}',
        failure(-32005),
    ],
)
@pytest.mark.parametrize("method", ["getSignaturesForAddress", "getTransaction"])
async def test_a_moments_silence_is_no_answer(method: str, silence: Any) -> None:
    rules = {"getSignaturesForAddress": seen(str(PAID.signatures[0]))} | {method: always(silence)}
    assert not isinstance(await refusal(**rules), (HistoryTooShortError, AlreadyDoneError))


NONE_KEPT = [
    {"getSignaturesForAddress": always(failure(-32011))},
    {"getSignaturesForAddress": always(failure(-32601))},
    {"getSignaturesForAddress": always(RpcResponseError("no", rpc_code=None, http_status=403, **WHERE))},
    {"getSignaturesForAddress": seen(), "getFirstAvailableBlock": always(failure(-32601))},
    {"getSignaturesForAddress": seen(), "getBlockTime": always(100 * DAY - 29 * DAY)},
]


@pytest.mark.parametrize("rules", NONE_KEPT)
async def test_a_node_without_enough_history(rules: Any) -> None:
    assert isinstance(await refusal(strict=True, **rules), HistoryTooShortError)
    await ask(**rules)


async def logged(caplog: pytest.LogCaptureFixture, **rules: Any) -> list[str]:
    with caplog.at_level("WARNING", logger="nosana_chain"):
        await ask(getSignaturesForAddress=seen(), **rules)
    return caplog.messages


async def test_a_short_history_is_told(caplog: pytest.LogCaptureFixture) -> None:
    [told] = await logged(caplog, kept_days=1)
    assert f"goes back {DAY} s" in told


@pytest.mark.parametrize("made", [always(100 * DAY), always(None)], ids=["now", "nobody-says"])
async def test_a_cluster_that_is_younger_than_a_month_has_no_longer_history(
    caplog: pytest.LogCaptureFixture, made: Any
) -> None:
    from_the_first_block = {"getFirstAvailableBlock": always(0), "getBlockTime": made}
    assert await logged(caplog, **from_the_first_block) == []
    await ask(strict=True, getSignaturesForAddress=seen(), **from_the_first_block)


async def test_a_public_cluster_is_older_than_a_month() -> None:
    rules = {"getFirstAvailableBlock": always(0), "getBlockTime": always(None)}
    error = await refusal(strict=True, network=MAINNET, getSignaturesForAddress=seen(), **rules)
    assert isinstance(error, HistoryTooShortError)


async def test_others_sent_something_there() -> None:
    rules = {"getSignaturesForAddress": seen(str(PAID.signatures[0])), "getTransaction": always(answer(PAID))}
    await ask(KeySigner(7).address, strict=True, **rules)


async def test_what_failed_made_nothing() -> None:
    await ask(strict=True, getSignaturesForAddress=seen(str(PAID.signatures[0]), err="AccountInUse"))
