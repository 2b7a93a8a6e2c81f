"""Arguments with their units."""

from __future__ import annotations

from typing import Any

import pytest
from calls import FILES, interface, snake
from solders.pubkey import Pubkey

from nosana_chain.cid import cid_of, digest_of
from nosana_chain.reading import argument_units
from nosana_chain.reading.argument_units import describe_argument
from nosana_chain.reading.native_programs import NATIVE_PROGRAMS
from nosana_chain.units import I64_MAX, U64_MAX

CID = cid_of(b"{}")
DAY = 86_400

SHOWN = [
    ("jobs", "ipfs_job", list(digest_of(CID)), CID),
    ("jobs", "ipfs_result", [0] * 32, "none"),
    ("jobs", "timeout", 0, "0 s"),
    ("jobs", "timeout", 59, "59 s (59s)"),
    ("jobs", "timeout", 90_061, "90061 s (1d 1h 1m 1s)"),
    ("jobs", "timeout", -60, "-60 s (-1m)"),
    ("jobs", "job_timeout", I64_MAX, "9223372036854775807 s (106751991167300d 15h 30m 7s)"),
    ("jobs", "job_price", 115, "0.000115 NOS per second"),
    ("jobs", "job_type", 4, "4 (gpu)"),
    ("jobs", "job_type", 9, "9 (no such kind)"),
    ("jobs", "node_xnos_minimum", 1_500_000, "1.500000 xNOS"),
    ("staking", "amount", U64_MAX, "18446744073709.551615 NOS"),
    ("staking", "duration", 14 * DAY, "1209600 s (14d)"),
    ("pools", "emission", 7, "7 base units per second"),
    ("pools", "claim_type", 1, "1 (add fee)"),
    ("pools", "start_time", 1_767_225_600, "2026-01-01 00:00:00 UTC (1767225600)"),
    ("pools", "start_time", I64_MAX, f"Unix second {I64_MAX}"),
    ("pools", "start_time", -(2**63), f"Unix second {-(2**63)}"),
    ("pools", "closeable", True, "True"),
    ("nodes", "gpu", 7, "7"),
    ("nodes", "endpoint", "https://a.example", "'https://a.example'"),
    ("nodes", "version", "\x1b[31m", r"'\x1b[31m'"),
    ("distributor", "root", [255] * 32, "ff" * 32),
    ("distributor", "proof", [], "none"),
    ("distributor", "proof", [[1] * 32, [2] * 32], f"{'01' * 32}, {'02' * 32}"),
    ("token", "freeze_authority", [Pubkey.default()], "1" * 32),
]


@pytest.mark.parametrize(("program", "name", "value", "text"), SHOWN)
def test_what_people_are_shown(program: str, name: str, value: Any, text: str) -> None:
    assert describe_argument(program, name, value, concerns_nos=False).text == text


@pytest.mark.parametrize(
    ("program", "name", "text"),
    [
        ("token", "amount", "1.000000 NOS"),
        ("pools", "emission", "1.000000 NOS per second"),
        ("distributor", "amount_locked", "1.000000 NOS"),
        ("system", "space", "1000000 bytes"),
    ],
)
def test_amounts_of_tokens_that_are_known_to_be_nos(program: str, name: str, text: str) -> None:
    assert describe_argument(program, name, 10**6, concerns_nos=True).text == text


def test_every_unit_is_that_of_an_argument() -> None:
    stated = {
        (program, snake(arg["name"])) for program in FILES for one in interface(program) for arg in one["args"]
    } | {
        (program.name, field.name)
        for program in NATIVE_PROGRAMS.values()
        for one in program.instructions
        for field in one.layout.subcons
    }
    assert {*argument_units._UNITS, *argument_units._TOKEN_AMOUNTS} <= stated  # noqa: SLF001 - a typing error in a table
