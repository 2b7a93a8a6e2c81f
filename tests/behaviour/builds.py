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
    def file_name(self) -> str:
        return f"{self.name}.so"


# Addresses of devnet and of the local network, from Nosana's public source, v2.2.9.
JOBS = Pubkey.from_string("nosJTmGQxvwXy23vng5UjkTbfv91Bzf9jEuro78dAGR")
STAKING = Pubkey.from_string("nosScmHY2uR24Zh751PmGj9ww9QRNHewh9H59AfrTJE")
REWARDS = Pubkey.from_string("nosRB8DUV67oLNrL45bo2pFLrmsWPiewe2Lk2DRNYCp")
POOLS = Pubkey.from_string("nosPdZrfDzND1LAR28FLMDEATUPK53K8xbRBXAirevD")
NODES = Pubkey.from_string("nosNeZR64wiEhQc5j251bsP4WqDabT6hmz4PHyoHLGD")
DISTRIBUTOR = Pubkey.from_string("merkp8F8f5EgYSYKadk3YiuQQdo3JPdnJWKviaaF425")

_ROWS = (
    Build("nosana_jobs", "nosana_jobs", JOBS),
    Build("nosana_jobs_fee", "nosana_jobs", JOBS, fee_divisor=10),
    Build("nosana_staking", "nosana_staking", STAKING),
    Build("nosana_rewards", "nosana_rewards", REWARDS),
    Build("nosana_pools", "nosana_pools", POOLS),
    Build("nosana_nodes", "nosana_nodes", NODES),
    Build("merkle_distributor", "merkle_distributor", DISTRIBUTOR),
)
BUILDS = {build.name: build for build in _ROWS}

# Nobody has recorded what the deployed program does.
UNRECORDED = {"merkle_distributor"}


def beside(name: str) -> tuple[Build, ...]:
    """The builds to load so that `name` stands at its own address, and the other programs at theirs."""
    chosen = BUILDS[name]
    plain = (build for build in BUILDS.values() if build.fee_divisor == 0)
    return (chosen, *(build for build in plain if build.address != chosen.address))
