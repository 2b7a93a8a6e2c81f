"""What a network that keeps running is to be."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path

from nosana_chain.errors import ConfigError, InputError
from nosana_chain.networks import LOCALNET, MAINNET, NETWORKS, Network
from nosana_chain.secret import SecretText

RPC_PORT = 8899  # where Solana's tools look for a local validator
_HTTP = ("http://", "https://")


@dataclass(frozen=True, slots=True, kw_only=True)
class UpSettings:
    """What `localnet_up` starts.

    Attributes:
        mainnet: Nosana's addresses of mainnet, as a fork of it has; otherwise those of devnet.
        jobs_fee: the jobs program that charges a network fee of one tenth.
        slot_ms: length of a slot in milliseconds, from 1; 250 when None.
        state: the folder that the state survives in; None for a state that ends with the network.
        fork: run on a copy of a live cluster: `devnet`, `mainnet`, or the URL of an endpoint, which may hold a token.
        rpc_port: of the JSON-RPC endpoint; None for any free one.
        ws_port: of the WebSocket endpoint; the one after the JSON-RPC endpoint's when None.
        ipfs_port: of the local IPFS and its gateway; any free one when None.

    Raises:
        InputError: settings that don't go together.
        ConfigError: a fork of no cluster, or of one whose endpoint isn't known.
    """

    mainnet: bool = False
    jobs_fee: bool = False
    slot_ms: int | None = None
    state: Path | None = None
    fork: str | None = field(default=None, repr=False)
    rpc_port: int | None = RPC_PORT
    ws_port: int | None = None
    ipfs_port: int | None = None

    def __post_init__(self) -> None:
        if self.fork is not None:
            if self.fork == MAINNET.name:
                object.__setattr__(self, "mainnet", True)
            object.__setattr__(self, "fork", _fork_url(self.fork))
            if self.jobs_fee:
                raise InputError("a fork has the programs of its cluster: leave out the fee")
        if self.state is not None:
            object.__setattr__(self, "state", Path(os.path.expanduser(self.state)))  # noqa: PTH111  as key files are

    @property
    def folder(self) -> Path:
        """Where other programs find it: that of the state, or else one of the user's."""
        return self.state or default_folder()

    @property
    def addresses(self) -> Network:
        """Nosana's addresses, without endpoints."""
        return MAINNET if self.mainnet else LOCALNET


def default_folder() -> Path:
    """The folder of a network that was started without one: $XDG_STATE_HOME/nosana-chain/localnet."""
    base = os.environ.get("XDG_STATE_HOME", "")
    state = Path(base) if Path(base).is_absolute() else Path.home() / ".local" / "state"
    return state / "nosana-chain" / "localnet"


def _fork_url(fork: str) -> str:
    if fork.startswith(_HTTP):
        return SecretText(fork)
    cluster = NETWORKS.get(fork)
    if cluster is None or cluster is LOCALNET:
        raise ConfigError("a fork is of devnet, of mainnet, or of an endpoint's URL (https://…)")
    if cluster.rpc_url is None:
        raise ConfigError(f"a fork of {fork} needs an endpoint of yours: give its URL in place of the name")
    return cluster.rpc_url
