"""Which validator is run, and what is said where there is none that will do."""

from __future__ import annotations

from pathlib import Path

import pytest
from harness.validators import a_program

from nosana_chain.errors import InputError, MissingDependencyError
from nosana_chain.localnet.agave_binary import NAME, find_validator
from nosana_chain.localnet.validators import Backend, backend_of, chosen_ports

AGAVE = Backend(validator="agave", slot_ms=400.0, ticks_per_slot=64)


def variables(tmp_path: Path) -> dict[str, str]:
    return {"PATH": f"{tmp_path / 'path'}:/usr/bin:/bin", "HOME": str(tmp_path / "home")}


def test_the_one_on_the_path_comes_first(tmp_path: Path) -> None:
    on_path = a_program(tmp_path / "path", f"{NAME} 4.2.2 (src:0; feat:1, client:Agave)")
    a_program(tmp_path / "home/.cache/nosana-chain/agave/bin", f"{NAME} 4.2.2")
    assert find_validator("agave", variables(tmp_path)) == on_path


def test_else_the_one_that_was_built_into_the_cache(tmp_path: Path) -> None:
    cached = a_program(tmp_path / "home/.cache/nosana-chain/agave/bin", f"{NAME} 2.0.0")
    assert find_validator("agave", variables(tmp_path)) == cached
    elsewhere = a_program(tmp_path / "cache/nosana-chain/agave/bin", f"{NAME} 2.0.0")
    assert find_validator("agave", variables(tmp_path) | {"XDG_CACHE_HOME": str(tmp_path / "cache")}) == elsewhere


def test_or_the_one_that_is_named(tmp_path: Path) -> None:
    program = a_program(tmp_path / "own", f"{NAME} 3.1.4")
    assert find_validator(program, variables(tmp_path)) == program


def test_none(tmp_path: Path) -> None:
    with pytest.raises(MissingDependencyError, match=r"no solana-test-validator on PATH.*scripts/build-validator"):
        find_validator("agave", variables(tmp_path))
    with pytest.raises(MissingDependencyError, match="there is no solana-test-validator at /nowhere/it"):
        find_validator("/nowhere/it", variables(tmp_path))


@pytest.mark.parametrize(
    ("says", "code", "told"),
    [
        (f"{NAME} 1.18.26 (src:0)", 0, "is version 1.18.26, and 2.0 is the oldest"),
        ("solana-cli 4.2.2", 0, "does not run as solana-test-validator"),
        (f"{NAME} 4.2.2", 1, "does not run as solana-test-validator"),
        ("", 0, "does not run as solana-test-validator"),
    ],
)
def test_one_that_will_not_do(tmp_path: Path, says: str, code: int, told: str) -> None:
    with pytest.raises(MissingDependencyError, match=told):
        find_validator(a_program(tmp_path, says, code=code), variables(tmp_path))


def test_the_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOSANA_VALIDATOR", raising=False)
    assert backend_of(None, slot_ms=None, ticks_per_slot=None) == Backend(validator="surfpool", slot_ms=250)
    monkeypatch.setenv("NOSANA_VALIDATOR", "agave")
    assert backend_of(None, slot_ms=None, ticks_per_slot=None) == AGAVE
    assert backend_of("surfpool", slot_ms=50, ticks_per_slot=None).is_surfpool


def test_each_has_its_own_pace() -> None:
    assert backend_of("agave", slot_ms=None, ticks_per_slot=8).slot_ms == 50
    assert backend_of("agave", slot_ms=50, ticks_per_slot=None).ticks_per_slot == 8
    assert backend_of("agave", slot_ms=51, ticks_per_slot=None).slot_ms == 50  # the nearest that it has
    with pytest.raises(InputError, match="give one of them"):
        backend_of("agave", slot_ms=50, ticks_per_slot=8)
    with pytest.raises(InputError, match="ticks_per_slot is for the official validator"):
        backend_of("surfpool", slot_ms=None, ticks_per_slot=8)
    for slot_ms in (1, 401):
        with pytest.raises(InputError, match=r"takes 12.5 to 400 ms"):
            backend_of("agave", slot_ms=slot_ms, ticks_per_slot=None)
    for ticks in (1, 65):
        with pytest.raises(InputError, match="ticks_per_slot"):
            backend_of("agave", slot_ms=None, ticks_per_slot=ticks)


def test_its_sockets_are_on_the_next_port() -> None:
    assert chosen_ports(8899, 8900, AGAVE) == {"rpc_url": 8899, "ws_url": 8900}
    with pytest.raises(InputError, match="leave ws_port out"):
        chosen_ports(8899, 9900, AGAVE)
    with pytest.raises(InputError, match="leave ws_port out"):
        chosen_ports(None, 9900, AGAVE)
