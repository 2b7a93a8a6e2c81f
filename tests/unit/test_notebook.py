"""What notebooks show: values with units, tables, and texts of anybody's that do nothing."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field, replace
from enum import Enum
from html.parser import HTMLParser

import pytest
from solders.pubkey import Pubkey
from solders.signature import Signature

import nosana_chain
from nosana_chain.models.explanation import Explanation
from nosana_chain.models.quote import Quote
from nosana_chain.models.receipt import Receipt
from nosana_chain.notebook import MAX_ROWS, as_table
from nosana_chain.one_line import one_line
from nosana_chain.units import Lamports, NosUnits, Seconds, UnixSeconds, XNos

A = Pubkey.from_string("9C6hybhQ6Aycep9jaUnP6uL9ZYvDjUp1aSkFWPUFJtpj")
HOSTILE = "<script>alert(1)</script> \"'& $x$ \x1b[31m \u202e"


class Kind(Enum):
    SMALL = 1


@one_line
@dataclass(frozen=True, slots=True)
class Everything:
    amount: NosUnits
    weight: XNos | None
    fee: Lamports | None
    left: Seconds
    due_at: UnixSeconds
    place: Pubkey
    kind: Kind
    raw: bytes
    several: tuple[Pubkey, ...]
    nothing: str | None = None
    text: str = ""
    count: int = 7
    secret: str = field(default="hidden", repr=False)


EVERYTHING = Everything(
    amount=NosUnits(3_600_000),
    weight=XNos(1),
    fee=Lamports(5_000),
    left=Seconds(90),
    due_at=UnixSeconds(0),
    place=A,
    kind=Kind.SMALL,
    raw=b"\x01\xff",
    several=(A, A),
)


class Seen(HTMLParser):
    """What a browser makes of it: elements with their attributes, and texts."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.outside: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)
        if self.open[-1] not in {"code", "pre", "th", "p"}:
            self.outside.append(data)


def shown(value: object) -> Seen:
    return Seen(value._repr_html_())  # type: ignore[attr-defined]


def test_units_stand_with_their_numbers() -> None:
    texts = shown(EVERYTHING).texts
    expected = [
        "3.600000 NOS",
        "0.000001 xNOS",
        "0.000005000 SOL",
        "90 s",
        "1970-01-01 00:00:00+00:00",
        str(A),
        "small",
    ]
    expected += ["01ff", f"{A}, {A}", "-", "7"]
    assert [one for one in texts if one in expected] == expected
    assert texts[0] == "Everything"
    assert "due at" in texts


def test_what_a_repr_leaves_out_is_left_out() -> None:
    assert "hidden" not in EVERYTHING._repr_html_()  # type: ignore[attr-defined]


@pytest.mark.parametrize("moment", [2**63 - 1, -(2**63), 10**12])
def test_moments_that_no_calendar_has(moment: int) -> None:
    assert f"{moment} (Unix time)" in shown(replace(EVERYTHING, due_at=UnixSeconds(moment))).texts


EXPLANATION = Explanation(
    signature=Signature.default(),
    slot=1,
    fee=Lamports(5),
    priority_fee=None,
    compute_units=None,
    error=None,
    instructions=(),
    movements=(),
    unknown=(HOSTILE,),
)


@pytest.mark.parametrize(
    "value",
    [
        replace(EVERYTHING, text=HOSTILE),
        as_table([replace(EVERYTHING, text=HOSTILE)]),
        EXPLANATION,
        as_table([EXPLANATION]),
    ],
    ids=["record", "table", "text", "texts"],
)
def test_texts_of_others_do_nothing(value: object) -> None:
    """No element comes of them, nothing that turns the direction of writing, and no place where MathJax looks."""
    seen = shown(value)
    assert set(seen.elements) <= {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "code", "pre"}
    assert seen.outside == []
    told = "".join(seen.texts)
    assert "<script>alert(1)</script>" in told
    assert "\\x1b[31m \\u202e" in told
    assert all(one.isprintable() or one == "\n" for one in told)


def test_a_block_of_words_stays_one() -> None:
    seen = shown(EXPLANATION)
    assert seen.elements == ["div", "pre"]
    assert "".join(seen.texts) == str(replace(EXPLANATION, unknown=())).replace(
        "succeeded",
        "succeeded\nnot told by the endpoint: " + HOSTILE.replace("\x1b", "\\x1b").replace("\u202e", "\\u202e"),
    )


def test_a_quote_has_its_line_above_its_facts() -> None:
    quote = Quote(
        deposit=NosUnits(3_600_000),
        network_fee=NosUnits(0),
        received=NosUnits(0),
        max_nos=None,
        rent=Lamports(2_561_280),
        transaction_fee=Lamports(15_000),
        priority_fee=Lamports(0),
        nos_after=NosUnits(1),
        lamports_after=Lamports(1),
    )
    texts = shown(quote).texts
    assert (texts[0], texts[1:3]) == (str(quote), ["deposit", "3.600000 NOS"])


def test_long_texts_are_cut() -> None:
    assert max(map(len, shown(replace(EVERYTHING, text="x" * 10_000)).texts)) < 600


def test_tables_have_a_column_for_each_fact_of_any_row() -> None:
    receipt = Receipt(signature=Signature.default(), slot=9, fee=None, compute_units=None, logs=("log",))
    table = as_table([EVERYTHING, None, receipt])
    assert repr(table) == "Table(2 of Everything, Receipt)"
    source = table._repr_html_()
    assert source.count("<tr>") == 3
    assert source.count("<td ") == 2 * source.count("<th ")
    assert {"amount", "signature", "slot"} < set(Seen(source).texts)
    assert (repr(as_table([])), shown(as_table([])).texts) == ("Table(0 of nothing)", [])


def test_long_tables_end() -> None:
    seen = shown(as_table([EVERYTHING] * (MAX_ROWS + 5)))
    assert seen.elements.count("tr") == MAX_ROWS + 1
    assert "and 5 more" in seen.texts


def test_it_is_public_and_costs_nothing_until_asked() -> None:
    assert nosana_chain.as_table is as_table
    code = "import sys, nosana_chain.models.receipt; print('nosana_chain.notebook' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "False"
