"""A program that errs is found out by random lives: each fault is one that they once let pass."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from behaviour.builds import ROOT
from fidelity.calls import Name
from fidelity.compare import compare

from nosana_chain.localnet.build.compiler import Compiler
from nosana_chain.localnet.build.programs import PROGRAMS, PROGRAMS_FOLDER, build_program
from nosana_chain.networks import DEVNET

pytest.importorskip("ziglang", reason="needs the compiler of the local programs")

CALLS = 1_000


class Fault(NamedTuple):
    """A text of a source file, and the wrong one in its place."""

    file: str
    right: str
    wrong: str
    instruction: Name  # in which it shows
    others: tuple[Name, ...] = ()  # that make what this one uses up


ANYWHERE = "AT(self->info.key)"
WORK = ("nosana_jobs", "work")
FAULTS = {
    "a transfer of nothing": Fault(
        "staking/withdraw.c", "amount == 0 ? OK : pay_from_vault", "pay_from_vault", ("nosana_staking", "withdraw")
    ),
    "slashing by settings of one's own": Fault(
        "staking/slash.c", "AT(SETTINGS)", ANYWHERE, ("nosana_staking", "slash")
    ),
    "a change of settings of one's own": Fault(
        "staking/update_settings.c", "AT(SETTINGS)", ANYWHERE, ("nosana_staking", "update_settings")
    ),
    "hosts looked for in queues of hosts alone": Fault(
        "jobs/work.c",
        "market->queue_type != QUEUE_OF_JOBS &&",
        "market->queue_type == QUEUE_OF_NODES &&",
        WORK,
    ),
    "metadata read to its collection": Fault("jobs/metadata.h", "read_bytes(&reader, USE_COUNTS);", "", WORK),
    "any kind of Metaplex account": Fault(
        "jobs/metadata.h",
        "read_up_to(&reader, METADATA_KIND) != METADATA_KIND",
        "read_up_to(&reader, 255) == 255",
        WORK,
    ),
    "any token standard": Fault("jobs/metadata.h", "STANDARD_LAST);", "255);", WORK),
    "any way to use a token up": Fault(
        "jobs/metadata.h",
        "read_up_to(&reader, USE_METHOD_LAST)",
        "read_up_to(&reader, 255)",
        WORK,
    ),
    "creators not read": Fault("jobs/metadata.h", "read_bool(reader);", "read_bytes(reader, 1);", WORK),
    "lamports that wrap": Fault(
        "anchor/context.h",
        "add_u64(to->lamports, account->lamports)",
        "to->lamports + account->lamports",
        ("nosana_rewards", "close"),
        (("nosana_rewards", "enter"),),
    ),
    "weight lost in second 0": Fault(
        "staking/unstake.c", "update_xnos(stake);", "stake->xnos = 0;", ("nosana_staking", "unstake")
    ),
}


@pytest.fixture
def programs_with(tmp_path: Path) -> Callable[[Fault], Path]:
    """Give a folder of all programs, of which one has a fault."""

    def build(fault: Fault) -> Path:
        folder = Path(shutil.copytree(ROOT / PROGRAMS_FOLDER, tmp_path / "programs"))
        source = folder / fault.file
        text = source.read_text()
        assert text.count(fault.right) == 1
        source.write_text(text.replace(fault.right, fault.wrong))
        compiler = Compiler.pinned_by(ROOT / "pyproject.toml")
        for program in PROGRAMS:
            if fault.file.startswith((f"{program.folder}/", "anchor/")):
                (folder / program.file_name).write_bytes(build_program(compiler, program, folder, DEVNET))
        return folder

    return build


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_is_found(fault: Fault, programs_with: Callable[[Fault], Path]) -> None:
    comparison = compare(CALLS, folder=programs_with(fault), names=[fault.instruction, *fault.others])
    assert fault.instruction[1] in {difference.case.instruction for difference in comparison.differences}
