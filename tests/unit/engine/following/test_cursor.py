"""A cursor is a short text that says where to go on, and is taken up only where it belongs."""

import json

import pytest
from solders.signature import Signature

from nosana_chain.engine.following.cursor import Cursor, CursorScope
from nosana_chain.engine.following.position import Position
from nosana_chain.errors import CursorError
from nosana_chain.models.event import Place

SCOPE = CursorScope.of("genesis", ["jobs", "market=M"])
SIGNATURE = Signature(bytes(range(64)))
CURSORS = [
    Cursor(Position(0)),
    Cursor(Position(2**40, 17, 2**64 - 1)),
    Cursor(Position(300_000_000, 3, 5), SIGNATURE, Place(1, 2, 3)),
]


@pytest.mark.parametrize("cursor", CURSORS)
def test_it_comes_back_as_it_was(cursor: Cursor) -> None:
    text = SCOPE.text(cursor)
    assert SCOPE.read(json.loads(json.dumps(text))) == cursor
    assert text.isascii()
    assert len(text) < 200


def test_it_belongs_to_its_cluster_and_to_what_was_followed() -> None:
    text = SCOPE.text(CURSORS[0])
    with pytest.raises(CursorError, match="another cluster"):
        CursorScope.of("other", ["jobs", "market=M"]).read(text)
    with pytest.raises(CursorError, match="another watch"):
        CursorScope.of("genesis", ["jobs", "market=N"]).read(text)


@pytest.mark.parametrize(
    "text",
    ["", "nc1.", "nc2." + SCOPE.text(CURSORS[0])[4:], SCOPE.text(CURSORS[0])[:-3], SCOPE.text(CURSORS[0]) + "AAAA",
     "nc1.é", "x" * 2000, 5, None],
)  # fmt: skip
def test_what_is_no_cursor(text: object) -> None:
    with pytest.raises(CursorError, match="no cursor of this version"):
        SCOPE.read(text)  # type: ignore[arg-type]


def test_a_cursor_with_a_signature_that_is_none() -> None:
    text = SCOPE.text(Cursor(Position(1), SIGNATURE, Place(0)))
    broken = SCOPE.text(Cursor(Position(1), Signature(bytes(64)), Place(0)))
    assert text != broken
    assert SCOPE.read(broken).signature == Signature.default()
