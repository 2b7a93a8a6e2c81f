"""The official validator in Surfpool's place: it starts, ends and refuses as it should."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from harness.validators import a_program

from nosana_chain.errors import LocalnetError, PortInUseError
from nosana_chain.localnet import Localnet
from nosana_chain.localnet.agave_binary import NAME


async def test_a_validator_that_ends_at_once_says_why(tmp_path: Path) -> None:
    program = a_program(tmp_path, f"{NAME} 4.2.2: no")
    with pytest.raises(LocalnetError, match=r"did not start\. It said: solana-test-validator 4.2.2: no"):
        async with Localnet.start(validator=program):
            raise AssertionError("unreachable")


async def test_a_port_that_is_taken(tmp_path: Path, free_ports: tuple[int, int]) -> None:
    program, port = a_program(tmp_path, f"{NAME} 4.2.2"), free_ports[0]
    for taken in (port, port + 1):
        with (
            socket.create_server(("127.0.0.1", taken)),
            pytest.raises(PortInUseError, match=f"port {taken} "),
        ):
            async with Localnet.start(validator=program, rpc_port=port):
                raise AssertionError("unreachable")


async def test_a_ledger_that_can_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = a_program(tmp_path, f"{NAME} 4.2.2")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(LocalnetError, match=r"no folder can be made for the validator's ledger.*TMPDIR"):
        async with Localnet.start(validator=program):
            raise AssertionError("unreachable")
