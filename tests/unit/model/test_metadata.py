"""Metaplex metadata is read to the end of `uses`, and any damage up to there is seen."""

import pytest
from model.jobs.metadata import LAST_STANDARD, LAST_USE_METHOD, Uses, metadata, pieces, verified_collection
from model.layouts import UndecodableError
from solders.pubkey import Pubkey

MINT, COLLECTION, CREATOR = (Pubkey(bytes([byte]) * 32) for byte in b"mnc")
FULL = {"creators": (CREATOR, MINT), "nonce": 254, "standard": LAST_STANDARD, "uses": Uses(LAST_USE_METHOD)}
TRAITS = [{}, {"creators": ()}, {"nonce": 0}, {"standard": 0}, {"uses": Uses()}, FULL]
# The largest value that a piece of one byte has; all others may have any.
LIMITS = {
    "kind": 4,
    "has creators": 1,
    "creator verified": 1,
    "sold": 1,
    "mutable": 1,
    "has nonce": 1,
    "has standard": 1,
    "standard": LAST_STANDARD,
    "has collection": 1,
    "verified": 1,
    "has use method": 1,
    "use method": LAST_USE_METHOD,
}


@pytest.mark.parametrize("traits", TRAITS, ids=str)
def test_a_verified_collection_is_found_whatever_else_a_token_has(traits: dict[str, object]) -> None:
    assert verified_collection(metadata(MINT, COLLECTION, **traits)) == COLLECTION
    assert verified_collection(metadata(MINT, COLLECTION, verified=False, **traits)) is None
    assert verified_collection(metadata(MINT, None, **traits)) is None


@pytest.mark.parametrize("traits", TRAITS, ids=str)
def test_what_follows_is_not_looked_at_and_nothing_before_may_be_missing(traits: dict[str, object]) -> None:
    whole = metadata(MINT, COLLECTION, **traits)
    assert verified_collection(whole + b"\xff" * 9) == COLLECTION
    for length in range(len(whole)):
        with pytest.raises(UndecodableError):
            verified_collection(whole[:length])


@pytest.mark.parametrize("name", LIMITS)
def test_a_byte_beyond_its_limit_is_refused(name: str) -> None:
    parts = list(pieces(MINT, COLLECTION, **FULL))  # type: ignore[arg-type]
    index = [of for of, _ in parts].index(name)
    for value in (LIMITS[name] + 1, 255):
        parts[index] = name, bytes([value])
        with pytest.raises(UndecodableError):
            verified_collection(b"".join(data for _, data in parts))


def test_every_byte_that_has_a_limit_is_listed() -> None:
    small = {name for name, data in pieces(MINT, COLLECTION, **FULL) if len(data) == 1}  # type: ignore[arg-type]
    assert small == {*LIMITS, "nonce", "share"}
