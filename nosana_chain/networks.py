"""The clusters that Nosana runs on, and every address that differs between them.

The one cluster table: no other module, and no C source of the local programs, writes one of these addresses
down. Source of each address: the programs' public sources (idl/README.md says which); the reward-fee
pools are those in use.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from difflib import get_close_matches

from solders.pubkey import Pubkey

from nosana_chain.errors import ConfigError
from nosana_chain.one_line import one_line
from nosana_chain.secret import SecretText, hidden

_SHOWN = 60  # characters of a name that errors repeat


def _key(text: str) -> Pubkey:
    return Pubkey.from_string(text)


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """The program ids of one cluster. Only the jobs program differs between mainnet and devnet."""

    jobs: Pubkey
    staking: Pubkey = field(default=_key("nosScmHY2uR24Zh751PmGj9ww9QRNHewh9H59AfrTJE"))
    rewards: Pubkey = field(default=_key("nosRB8DUV67oLNrL45bo2pFLrmsWPiewe2Lk2DRNYCp"))
    pools: Pubkey = field(default=_key("nosPdZrfDzND1LAR28FLMDEATUPK53K8xbRBXAirevD"))
    nodes: Pubkey = field(default=_key("nosNeZR64wiEhQc5j251bsP4WqDabT6hmz4PHyoHLGD"))
    distributor: Pubkey = field(default=_key("merkp8F8f5EgYSYKadk3YiuQQdo3JPdnJWKviaaF425"))
    token_metadata: Pubkey = field(default=_key("metaqbxxUerdq28cj1RbAWkYQm3ybzjb6a8bt518x1s"))

    def name_of(self, program_id: Pubkey) -> str | None:
        """Short name ("jobs", "staking", ...) of a Nosana program id of this cluster; None for any other."""
        return next((name for name in PROGRAM_NAMES if getattr(self, name) == program_id), None)


PROGRAM_NAMES = ("jobs", "staking", "rewards", "pools", "nodes", "distributor")


@one_line
@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A cluster: where to reach it, and Nosana's addresses on it.

    Attributes:
        name: mainnet, devnet, localnet, or the user's own.
        rpc_url: HTTP endpoint; None where the user must bring one. May hold an API token: never in a repr, not even
            its own, and a network with one can't be pickled.
        more_rpc_urls: HTTP endpoints of the same cluster, asked in this order where rpc_url fails; as much a secret.
        ws_url: WebSocket endpoint, likewise; None when there is none.
        genesis_hash: proves that an endpoint serves this cluster; None where any may (localnet, custom).
        authority: initial slashing authority, and the key that audits nodes.
        market_admin: key of the `*_admin` instructions of the jobs program.
        slash_account: token account that receives slashed stakes.
        reward_fee_pool: the pool that feeds rewards; None where there is none.
        node_domain: under which hosts, and the services of jobs on them, have their names.
        slot_seconds: length of a slot (DEFAULT_MS_PER_SLOT of the validator): nothing expires before its blocks' time.
        journal_path: where the journal of a network lives that is gone when it stops; None for the user's own.
    """

    name: str
    programs: Programs
    nos_mint: Pubkey
    authority: Pubkey
    market_admin: Pubkey
    slash_account: Pubkey
    reward_fee_pool: Pubkey | None = None
    genesis_hash: str | None = None
    node_domain: str = "node.k8s.dev.nos.ci"
    slot_seconds: float = 0.4
    journal_path: str | None = None
    rpc_url: str | None = field(default=None, repr=False)
    ws_url: str | None = field(default=None, repr=False)
    more_rpc_urls: tuple[str, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        for one in fields(self):
            if not one.repr:  # an endpoint, or several
                object.__setattr__(self, one.name, hidden(getattr(self, one.name)))

    def __deepcopy__(self, memo: object) -> Network:
        return self  # it never changes, and its endpoints aren't to be spread

    def at(self, rpc_url: str, ws_url: str | None = None, *, more: Iterable[str] = ()) -> Network:
        """The same cluster through another endpoint (`https://host/...`, `wss://host/...`).

        Args:
            rpc_url: the endpoint that is asked first.
            ws_url: its WebSocket endpoint.
            more: endpoints of the same cluster, asked in this order where it fails. Each is proven to serve the cluster
                before it is used.

        Raises:
            ConfigError: an endpoint doesn't begin like one. It isn't repeated.
        """
        at = replace(self, rpc_url=rpc_url, ws_url=ws_url, more_rpc_urls=tuple(more))
        del rpc_url, ws_url, more  # they may hold tokens, and a traceback with locals would show them
        _require_schemes(at)
        return at


_HTTP = ("http://", "https://")
_WEBSOCKET = ("ws://", "wss://")


def _require_schemes(network: Network) -> None:
    wrong = next(_wrong_schemes(network), None)
    if wrong:
        raise ConfigError(f"an endpoint must begin with {' or '.join(wrong)}; this one doesn't")


def _wrong_schemes(network: Network) -> Iterator[tuple[str, ...]]:
    """For each endpoint that begins with something else: what it must begin with."""
    known = [(network.rpc_url, _HTTP), (network.ws_url, _WEBSOCKET), *((url, _HTTP) for url in network.more_rpc_urls)]
    return (schemes for url, schemes in known if url is not None and not url.startswith(schemes))


MAINNET = Network(
    name="mainnet",
    programs=Programs(jobs=_key("nosJhNRqr2bc9g1nfGDcXXTXvYUmxD4cVwy2pMWhrYM")),
    nos_mint=_key("nosXBVoaCTtYdLvKY6Csb4AC8JCdQKKAaWYtx2ZMoo7"),
    authority=_key("NosanarMxfrZbyCx5CotBVrzxiPcrnhj6ickpX9vRkB"),
    market_admin=_key("AdmMVMMU3po5BP3bVWsF9GgN6NNEfpfxpTDGTzjgb72S"),
    slash_account=_key("A9V8JkR5HihvFpHq1ZbwrpPAGBhsGfeWw5TVcUdGf2dg"),
    reward_fee_pool=_key("5SdnB8ZMqqfVKPUHFqx3KVfx4Aj4y352uCe8C71GHUqU"),
    genesis_hash="5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d",
    node_domain="node.k8s.prd.nos.ci",
)

DEVNET = Network(
    name="devnet",
    programs=Programs(jobs=_key("nosJTmGQxvwXy23vng5UjkTbfv91Bzf9jEuro78dAGR")),
    nos_mint=_key("devr1BGQndEW5k5zfvG5FsLyZv1Ap73vNgAHcQ9sUVP"),
    authority=_key("XXXxddiNnmoD2h2LbQYaL76Swi21MaQbtBbRynAdQL8"),
    market_admin=_key("XXXxddiNnmoD2h2LbQYaL76Swi21MaQbtBbRynAdQL8"),
    slash_account=_key("HLtABkKqsUjb4ECPEnvad6HN7QYf6ANHahAeZQXrAGgV"),
    reward_fee_pool=_key("miF9saGY5WS747oia48WR3CMFZMAGG8xt6ajB7rdV3e"),
    genesis_hash="EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG",
    rpc_url="https://api.devnet.solana.com",
    ws_url="wss://api.devnet.solana.com",
)

#: Devnet's addresses on a chain of one's own: the local programs are built for them, and the genesis has its pool.
LOCALNET = replace(DEVNET, name="localnet", genesis_hash=None, rpc_url=None, ws_url=None)

NETWORKS = {network.name: network for network in (MAINNET, DEVNET, LOCALNET)}


def network_named(name: str, known: Mapping[str, Network] = NETWORKS) -> Network:
    """The network called `name` among the `known` ones; ConfigError with the nearest name otherwise."""
    name = SecretText(name)
    if "://" in name:  # not repeated: a URL may hold a token
        raise ConfigError("the network's name is a URL; give a name there, and the URL as rpc_url")
    if name not in known:
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]}? " if near else ""
        told = str(name)[:_SHOWN]
        raise ConfigError(f"there is no network {told!r}; {hint}the known ones are {', '.join(known)}", name=told)
    return known[name]


def custom(name: str, *, like: Network, rpc_url: str, ws_url: str | None = None) -> Network:
    """A cluster of the user's own (a fork, a private validator) with the Nosana addresses of `like`."""
    rpc_url, ws_url = SecretText(rpc_url), None if ws_url is None else SecretText(ws_url)
    return replace(like, name=name, genesis_hash=None).at(rpc_url, ws_url)
