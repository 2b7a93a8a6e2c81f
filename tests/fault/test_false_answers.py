"""Answers of every form to every question of the wire: what comes of it is an answer or an error of ours."""

import base64
import json
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from solders.pubkey import Pubkey
from solders.signature import Signature

from fault.wire import FakeTime, ScriptedTransport, blockhash
from nosana_chain.errors import NosanaError
from nosana_chain.networks import DEVNET
from nosana_chain.wire.connection import Connection
from nosana_chain.wire.transactions import fetch_transaction

SOMEONE, OTHER = Pubkey(bytes(range(32))), Pubkey(bytes([7]) * 32)
ACCOUNT = {
    "lamports": 5,
    "data": [base64.b64encode(bytes(40)).decode(), "base64"],
    "owner": str(OTHER),
    "executable": False,
    "rentEpoch": 2**64 - 1,
    "space": 40,
}
TRANSACTION = {
    "slot": 9,
    "meta": {
        "fee": 5000,
        "err": None,
        "computeUnitsConsumed": 150,
        "logMessages": ["Program 11111111111111111111111111111111 invoke [1]"],
        "preBalances": [10, 1, 1],
        "postBalances": [9, 2, 1],
        "preTokenBalances": [{"accountIndex": 1, "mint": str(OTHER), "uiTokenAmount": {"amount": "5"}}],
        "postTokenBalances": [],
        "innerInstructions": [
            {
                "index": 0,
                "instructions": [{"programIdIndex": 1, "accounts": [0, 1], "data": "3Bxs", "stackHeight": 2}],
            }
        ],
        "loadedAddresses": {"writable": [], "readonly": []},
    },
    "transaction": ["AAAA", "base64"],
}


def _dated(value: Any) -> dict[str, Any]:
    return {"context": {"slot": 1, "apiVersion": "2.0"}, "value": value}


Ask = Callable[[Connection], Awaitable[Any]]
QUESTIONS: dict[str, tuple[str, Any, Ask]] = {
    "account": ("getAccountInfo", _dated(ACCOUNT), lambda connection: connection.fetch_account(SOMEONE)),
    "accounts": (
        "getMultipleAccounts",
        _dated([ACCOUNT, None]),
        lambda connection: connection.look([SOMEONE, OTHER]),
    ),
    "list": (
        "getProgramAccounts",
        _dated([{"pubkey": str(SOMEONE), "account": ACCOUNT}]),
        lambda connection: connection.find_accounts(OTHER, filters=[40]),
    ),
    "balance": ("getBalance", _dated(5), lambda connection: connection.fetch_balance(SOMEONE)),
    "clock": ("getAccountInfo", _dated(ACCOUNT), lambda connection: connection.fetch_clock()),
    "blockhash": ("getLatestBlockhash", blockhash(150), lambda connection: connection.fetch_blockhash()),
    "rent": ("getMinimumBalanceForRentExemption", 5, lambda connection: connection.fetch_rent(165)),
    "genesis": ("getGenesisHash", DEVNET.genesis_hash, lambda connection: connection.check_network()),
    "transaction": (
        "getTransaction",
        TRANSACTION,
        lambda connection: fetch_transaction(connection, Signature.default()),
    ),
    "solana-py": ("getSlot", 5, lambda connection: connection.client.get_slot()),
    "solana-py account": (
        "getAccountInfo",
        _dated(ACCOUNT),
        lambda connection: connection.client.get_account_info(SOMEONE),
    ),
    "solana-py blockhash": (
        "getLatestBlockhash",
        blockhash(150),
        lambda connection: connection.client.get_latest_blockhash(),
    ),
    "anything": ("getVersion", {"feature-set": 1}, lambda connection: connection.call("getVersion", answer=dict)),
}

FALSE: list[Any] = [
    *(None, True, False, 0, -1, 1, 2**31, 2**63, 2**64 - 1, 2**64, 2**70, 10**400, -(10**30), 1.5, -0.0, 1e308),
    *("", "x", "\ud800", "\x00", "1" * 5000, "z" * 20_000, [], {}, [None], [[]], {"": None}, "base64+zstd", "base58"),
]
RAW = [
    *(b"", b"null", b"[]", b"{}", b"NaN", b'{"result":NaN}', b'{"result":1,"result":2}', b'{"result":1e400}'),
    *(
        b'{"id":99,"result":null}',
        b'[{"id":0,"result":null}]',
        b"\xff\xfe{",
        b'{"result":"\xff"}',
        b'{"result":"\xed"}',
    ),
    *(b'{"result":' + b"[" * n + b"]" * n + b"}" for n in (60, 500, 100_000)),
    *(b'{"result":' + b'{"a":' * n + b"1" + b"}" * n + b"}" for n in (60, 500, 100_000)),
    *(b'{"error":{"code":1e3,"message":"x"}}', b'{"error":{"code":-32002,"message":"x"}}', b'{"error":"text"}'),
    b'{"error":{"code":-32002,"message":"x","data":' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
    *(b'{"error":{"code":-32002,"message":null}}', b'{"error":null}', b'{"error":{"code":-32005},"result":5}'),
    *(b'{"error":{"code":' + b"9" * 30 + b',"message":"m"}}', b'{"result":' + b"1" * 5000 + b"}"),
    *(b'\xef\xbb\xbf{"result":null}', b'{"error":{"code":-32603,"message":"\\ud800","data":"\\ud800"}}'),
]


def _places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    yield place
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from _places(item, (*place, key))


def _put(value: Any, place: tuple[Any, ...], new: Any) -> Any:
    """`value` with `new` at a place."""
    if not place:
        return new
    changed = value.copy()
    changed[place[0]] = _put(value[place[0]], place[1:], new)
    return changed


def _without(value: Any, place: tuple[Any, ...]) -> Any:
    """`value` without what stands at a place."""
    changed = value.copy()
    if place[1:]:
        changed[place[0]] = _without(value[place[0]], place[1:])
    else:
        del changed[place[0]]
    return changed


def _false_answers(honest: Any) -> Iterator[bytes]:
    yield from RAW
    for place in _places(honest):
        yield from (json.dumps({"result": _put(honest, place, false)}).encode() for false in FALSE)
        if place:
            yield json.dumps({"result": _without(honest, place)}).encode()


@pytest.mark.parametrize("question", QUESTIONS)
async def test_nothing_but_an_answer_or_an_error_of_ours(question: str) -> None:
    method, honest, ask = QUESTIONS[question]
    errors = [
        error
        for answer in _false_answers(honest)
        if (error := await _error(ask, ScriptedTransport({method: [answer]}))) is not None
    ]
    assert len(errors) > 10, "most are no answers"
    for error in errors:
        assert error.message.isprintable()
        assert len(error.message) < 1000
        json.dumps(error.as_json())


async def _error(ask: Ask, transport: ScriptedTransport) -> NosanaError | None:
    """What comes of a question; only errors of ours are caught."""
    try:
        await ask(Connection(DEVNET, transport=transport, sleep=FakeTime().sleep))
    except NosanaError as error:
        return error
    return None


@pytest.mark.parametrize("question", QUESTIONS)
async def test_the_honest_answer_is_one(question: str) -> None:
    method, honest, ask = QUESTIONS[question]
    await ask(Connection(DEVNET, transport=ScriptedTransport({method: [honest]})))
