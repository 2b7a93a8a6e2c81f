"""What is kept is bounded and exact: amounts, texts, terms, lifetimes."""

from typing import Any

import pytest
from harness.journals.actors import BOUND, intent, signed, wallet
from solders.signature import Signature

from nosana_chain.engine.journal import Amount, Balance, Budget, Lease, Lifetime, Outcome
from nosana_chain.engine.journal.checks import MAX_REASON, canonical_json
from nosana_chain.engine.keys import Seed
from nosana_chain.errors import AmountError, InputError

LEASE = Lease("entry", 1.0, "token")


def test_a_budgets_window_is_seconds_or_a_duration() -> None:
    assert Budget(nos=5, per="1d").seconds == Budget(nos=5, per=86_400).seconds == 86_400
    for window in ("", "a day", 0, "0s", -1, 1.5):
        with pytest.raises(AmountError):
            Budget(nos=5, per=window)


@pytest.mark.parametrize("value", [-1, 2**63, 1.0, True])
@pytest.mark.parametrize("part", ["nos", "lamports", "fee_lamports", "slot"])
def test_what_is_known_of_a_balance_is_an_integer_that_64_bits_hold(part: str, value: Any) -> None:
    with pytest.raises(AmountError, match="integer from 0"):
        Balance(**{part: value})


@pytest.mark.parametrize("value", [-1, 2**63, 1.0, True, None])
def test_amounts_are_integers_that_64_bits_hold(value: Any) -> None:
    for make in (
        lambda: Amount(nos=value),
        lambda: Amount(lamports=value),
        lambda: intent(fee_lamports=value),
        lambda: Budget(nos=value, per=1),
        lambda: Budget(nos=1, per=value),
    ):
        with pytest.raises(AmountError, match="integer from 0"):
            make()


def test_amounts_add_up_and_cover_each_other() -> None:
    assert Amount(nos=1, lamports=2) + Amount(nos=3) == Amount(nos=4, lamports=2)
    assert BOUND.covers(BOUND)
    assert not BOUND.covers(Amount(nos=1, lamports=11))


@pytest.mark.parametrize("key", ["", "x" * 256, "two\nlines", "\x1b[31m", "\ud800", None, 5])
def test_keys_are_short_printable_texts(key: Any) -> None:
    with pytest.raises(InputError, match="key must be"):
        intent(key)


@pytest.mark.parametrize("name", ["terms", "details"])
@pytest.mark.parametrize(
    "value", [{"a": 1.5}, {"a": b"x"}, {1: "a"}, {"a": "x" * 17_000}, {"a": float("nan")}, {"a": {1, 2}}]
)
def test_terms_are_bounded_json_without_floats(name: str, value: Any) -> None:
    with pytest.raises(InputError, match=name):
        intent(**{name: value})


def test_terms_are_not_nested_without_end() -> None:
    deep: Any = 1
    for _ in range(10_000):
        deep = [deep]
    with pytest.raises(InputError, match="nested deeper"):
        intent(terms={"a": deep})


def test_the_same_terms_have_one_text() -> None:
    assert intent(terms={"b": (1, 2), "a": "ä"}).terms_hash == intent(terms={"a": "ä", "b": [1, 2]}).terms_hash
    assert canonical_json("terms", {"b": 1, "a": "ä"}) == '{"a":"\\u00e4","b":1}'
    assert intent(terms={"a": 1}).terms_hash != intent(terms={"a": "1"}).terms_hash


def test_no_more_addresses_than_an_action_has() -> None:
    with pytest.raises(InputError, match="33 addresses"):
        intent(addresses={f"role {number}": wallet() for number in range(33)})


def test_a_held_seed_is_not_shown() -> None:
    seed = Seed.random()
    assert seed.reveal().hex() not in repr(intent(held_seed=seed))
    assert repr(seed.reveal()) not in repr(intent(held_seed=seed))


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"last_valid_block_height": 5, "nonce": wallet(), "nonce_value": "v"},
        {"nonce": wallet()},
        {"nonce_value": "v"},
        {"last_valid_block_height": 5, "nonce_value": "v"},
    ],
)
def test_a_transaction_lives_by_a_height_or_a_nonce(facts: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="lives by"):
        Lifetime(**facts)


def test_an_attempt_is_the_transaction_of_its_signature() -> None:
    whole = signed("a", LEASE)
    for changes in (
        {"signature": Signature.default()},
        {"signed_bytes": whole.signed_bytes[:40]},
        {"signed_bytes": bytes(1233)},
    ):
        with pytest.raises(InputError, match="no transaction signed as"):
            signed("a", LEASE, **changes)
    with pytest.raises(InputError, match="leases"):
        signed("a")


def test_a_reason_is_short_and_printable() -> None:
    outcome = Outcome.failed("x\x1b]0;title\x07" + "long" * 1_000 + "\ud800")
    assert outcome.reason.isprintable()
    assert len(outcome.reason) == MAX_REASON
    assert Outcome.expired("half \ud800").reason == "half"
