"""The builds of the programs that are held against recordings and model: one row each."""

from pathlib import Path
from typing import NamedTuple

from solders.pubkey import Pubkey

ROOT = Path(__file__).resolve().parents[2]
PROGRAM_FOLDER = ROOT / "nosana_chain" / "localnet" / "programs"


class Build(NamedTuple):
    """A build of a program: its name is that of the .so file and of the vectors file.

    `fee_divisor` divides a deposit to give the network fee; 0 takes no fee.
    """

    name: str
    interface: str
    address: Pubkey
    fee_divisor: int = 0

    @property
    def so_path(self) -> Path:
        return PROGRAM_FOLDER / f"{self.name}.so"


# Addresses of devnet and of the local network, from Nosana's public source, v2.2.9.
JOBS = Pubkey.from_string("nosJTmGQxvwXy23vng5UjkTbfv91Bzf9jEuro78dAGR")
STAKING = Pubkey.from_string("nosScmHY2uR24Zh751PmGj9ww9QRNHewh9H59AfrTJE")
REWARDS = Pubkey.from_string("nosRB8DUV67oLNrL45bo2pFLrmsWPiewe2Lk2DRNYCp")
POOLS = Pubkey.from_string("nosPdZrfDzND1LAR28FLMDEATUPK53K8xbRBXAirevD")
NODES = Pubkey.from_string("nosNeZR64wiEhQc5j251bsP4WqDabT6hmz4PHyoHLGD")

_ROWS = (
    Build("nosana_jobs", "nosana_jobs", JOBS),
    Build("nosana_jobs_fee", "nosana_jobs", JOBS, fee_divisor=10),
    Build("nosana_staking", "nosana_staking", STAKING),
    Build("nosana_rewards", "nosana_rewards", REWARDS),
    Build("nosana_pools", "nosana_pools", POOLS),
    Build("nosana_nodes", "nosana_nodes", NODES),
)
BUILDS = {build.name: build for build in _ROWS}

# The builds that exist as .so files: a program that lands needs its name here, and nothing else.
LANDED = ("nosana_jobs", "nosana_jobs_fee", "nosana_staking", "nosana_rewards", "nosana_pools", "nosana_nodes")


def beside(name: str) -> tuple[Build, ...]:
    """The builds to load so that `name` stands at its own address, and the other programs at theirs.

    A neighbour that has not been built yet is left out; it fails its own tests.
    """
    chosen = BUILDS[name]
    plain = (BUILDS[landed] for landed in LANDED if BUILDS[landed].fee_divisor == 0)
    return (chosen, *(build for build in plain if build.address != chosen.address and build.so_path.exists()))
