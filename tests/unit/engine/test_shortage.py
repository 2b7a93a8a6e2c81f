"""What a transaction needed that can't be paid, as far as a simulation tells, and what is there."""

from __future__ import annotations

from typing import Any

import pytest
from fault.wire import KeySigner, ScriptedTransport, as_shown, signed_transfer, simulated
from solders.account import Account
from solders.hash import Hash
from solders.pubkey import Pubkey
from solders.token import ID as TOKEN_PROGRAM
from solders.transaction import VersionedTransaction

from nosana_chain.engine.build import build_message, unsigned
from nosana_chain.engine.shortage import LEAST_LAMPORTS, with_amounts
from nosana_chain.engine.simulate import simulate
from nosana_chain.errors import InsufficientFundsError, RpcUnreachableError
from nosana_chain.networks import LOCALNET
from nosana_chain.programs.token_accounts import transfer_ix
from nosana_chain.wire.connection import Connection

PAYER = KeySigner(1).address
GIFT = signed_transfer().transaction  # one lamport
SOURCE, TARGET, OTHER = (Pubkey(letter * 32) for letter in (b"s", b"t", b"o"))
NO_TOKENS = {"InstructionError": [1, {"Custom": 1}]}
LOGS = (
    f"Program {LOCALNET.programs.jobs} invoke [1]",
    f"Program {TOKEN_PROGRAM} invoke [2]",
    f"Program {TOKEN_PROGRAM} failed: custom program error: 0x1",
)


def moved(source: Pubkey, destination: Pubkey, amount: object) -> dict[str, Any]:
    told = {"source": str(source), "destination": str(destination), "authority": str(PAYER), "amount": amount}
    return {"programId": str(TOKEN_PROGRAM), "parsed": {"type": "transfer", "info": told}}


def transfers(*amounts: int) -> VersionedTransaction:
    own = [transfer_ix(source=SOURCE, target=TARGET, owner=PAYER, amount=amount) for amount in amounts]
    return unsigned(build_message(own, payer=PAYER, blockhash=Hash.default()))


async def failed(
    err: Any,
    *,
    transaction: VersionedTransaction = GIFT,
    logs: tuple[str, ...] = (),
    calls: tuple[Any, ...] = (),
    there: Any = None,
) -> InsufficientFundsError:
    """How such a simulation fails, once it is known what is `there`."""
    answer = simulated(err=err, logs=logs)
    answer["value"]["innerInstructions"] = [{"index": 1, "instructions": list(calls)}]
    account = there if isinstance(there, Exception) else {"context": {"slot": 1}, "value": there}
    transport = ScriptedTransport({"simulateTransaction": [answer], "getAccountInfo": [account]})
    connection = Connection(LOCALNET, transport=transport)
    with pytest.raises(InsufficientFundsError) as caught:
        await simulate(connection, transaction)
    return await with_amounts(connection, caught.value)


def nos(amount: int, *, mint: Pubkey = LOCALNET.nos_mint) -> dict[str, Any]:
    state = bytes(mint) + bytes(PAYER) + amount.to_bytes(8, "little") + bytes(36) + b"\1" + bytes(56)
    return as_shown(Account(2_039_280, state, TOKEN_PROGRAM))


def wallet(lamports: int) -> dict[str, Any]:
    return as_shown(Account(lamports, b"", Pubkey.default()))


DEPOSIT, FEE = moved(SOURCE, TARGET, "70"), moved(SOURCE, OTHER, "7")
RENT = {"InsufficientFundsForRent": {"account_index": 0}}


@pytest.mark.parametrize(
    ("given", "needed", "balance", "words"),
    [
        ({"err": "AccountNotFound"}, 5_000, 0, r"holds 0\.000000000 SOL, .* at least 0\.000005000; add 0\.000005000"),
        ({"err": "InsufficientFundsForFee", "there": wallet(4_000)}, 5_000, 4_000, r"add 0\.000001000 SOL"),
        ({"err": RENT, "there": wallet(6_000)}, 5_001 + LEAST_LAMPORTS, 6_000, "at least"),
        (
            {"err": NO_TOKENS, "logs": LOGS, "calls": (DEPOSIT, FEE), "there": nos(75)},
            77,
            75,
            r"holds 0\.000075 NOS, and this takes 0\.000077; add 0\.000002 NOS",
        ),
        (
            {"err": NO_TOKENS, "logs": LOGS, "transaction": transfers(9, 8), "there": nos(16, mint=OTHER)},
            17,
            16,
            f"holds 16 base units of {OTHER}, and this takes 17; add 1 base units",
        ),
        (  # what another account paid, or what came in, is not missing
            {
                "err": NO_TOKENS,
                "logs": LOGS,
                "calls": (moved(OTHER, SOURCE, "20"), moved(SOURCE, TARGET, "27")),
                "there": nos(5),
            },
            7,
            5,
            r"add 0\.000002 NOS",
        ),
    ],
)
async def test_amounts(given: dict[str, Any], needed: int, balance: int, words: str) -> None:
    told = await failed(**given)
    assert (told.facts["needed"], told.facts["balance"]) == (needed, balance)
    with pytest.raises(InsufficientFundsError, match=words):
        raise told


@pytest.mark.parametrize(
    "given",
    [
        {"err": {"InsufficientFundsForRent": {"account_index": 3}}},
        {"err": NO_TOKENS, "logs": LOGS},
        {"err": NO_TOKENS, "logs": LOGS, "calls": (moved(SOURCE, TARGET, "many"),)},
        {"err": NO_TOKENS, "logs": LOGS, "calls": (DEPOSIT,), "there": nos(70)},
        {"err": "AccountNotFound", "there": RpcUnreachableError("gone", endpoint="x", method="getAccountInfo")},
    ],
    ids=["another-account", "no-calls", "no-number", "filled-since", "no-answer"],
)
async def test_what_nobody_tells_is_not_made_up(given: dict[str, Any]) -> None:
    told = await failed(**given)
    assert "balance" not in told.facts
    assert "nothing was sent" in str(told)
