"""Settings: which cluster, through which endpoint, with which wallet.

Each comes from the first of these that names it: an argument, the environment, the user's configuration file, the
default. The default network is devnet, where a mistake costs no money; the default wallet is the one that the Solana
CLI's own configuration names, or else where solana-keygen writes. Of that configuration nothing else is read: its
endpoint would move a user to another cluster.

The file is `$XDG_CONFIG_HOME/nosana-chain/config.toml` (XDG_CONFIG_HOME is ~/.config where it isn't set):

    network = "mainnet"
    wallet = "~/keys/nosana.json"       # a path; relative ones start at the file's folder
    fee_payer = "~/keys/fees.json"      # pays transaction fees in the wallet's place; may be left out
    allow_shared_key = false            # true accepts a key file that others may read: a container's mounted secret
    output = "table"                    # of the command line: table, json, jsonl or csv

    [networks.mainnet]
    rpc_url = "https://rpc.example/TOKEN"
    ws_url = "wss://rpc.example/TOKEN"  # may be left out: derived from rpc_url
    more_rpc_urls = ["https://other.example"]  # of the same cluster, for when rpc_url fails

    [networks.fork]                     # a cluster of one's own, with the addresses of another
    like = "mainnet"
    rpc_url = "http://127.0.0.1:8899"

A network may also be given as the URL of its endpoint: whose addresses it has is then found by asking it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from nosana_chain.config_file import ConfigFile, read_config_file
from nosana_chain.environment import Environment
from nosana_chain.errors import ConfigError
from nosana_chain.networks import LOCALNET, NETWORKS, Network, network_named
from nosana_chain.secret import SecretText, hidden
from nosana_chain.solana_cli import keypair_path

DEFAULT_NETWORK = "devnet"
DEFAULT_WALLET = "~/.config/solana/id.json"  # where solana-keygen writes
SOLANA_CLI_CONFIG = "~/.config/solana/cli/config.yml"
LOCAL_RPC_URL = "http://127.0.0.1:8899"  # where a local validator listens if nobody says otherwise

OUTPUTS = ("table", "json", "jsonl", "csv")

_NETWORK_TEXTS = ("like", "rpc_url", "ws_url")
_NETWORK_KEYS = (*_NETWORK_TEXTS, "more_rpc_urls")
_WEBSOCKET_SCHEMES = {"http": "ws", "https": "wss"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a client starts from.

    Attributes:
        network: the cluster, with `rpc_url` and `ws_url` set.
        wallet: for `Wallet.from_setting`: a path, or (from NOSANA_WALLET alone) a secret key. Never in a repr, not
            even its own.
        wallet_origin: what errors call the wallet's setting.
        fee_payer: who pays transaction fees in the wallet's place, set like the wallet and as much a secret; None for
            the wallet.
        fee_payer_origin: what errors call that setting.
        allow_shared_key: accept a key file that other users may read, as secrets mounted into containers are.
        output: how the command line shows results; None for what suits their reader.
        by_url: the network was given as a URL alone: its addresses are LOCALNET's until somebody asks it.
        origins: where each setting comes from, by name: "argument", a variable, a file, "default".
    """

    network: Network
    wallet: str = field(repr=False)
    wallet_origin: str
    allow_shared_key: bool = False
    fee_payer: str | None = field(default=None, repr=False)
    fee_payer_origin: str = ""
    output: str | None = None
    by_url: bool = False
    origins: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "wallet", SecretText(self.wallet))
        object.__setattr__(self, "fee_payer", hidden(self.fee_payer))

    def __deepcopy__(self, memo: object) -> Settings:
        return self  # they never change, and their secrets aren't to be spread


def load_settings(
    *,
    network: str | None = None,
    rpc_url: str | None = None,
    ws_url: str | None = None,
    wallet: str | os.PathLike[str] | None = None,
    fee_payer: str | os.PathLike[str] | None = None,
    allow_shared_key: bool | None = None,
    output: str | None = None,
    config_path: str | os.PathLike[str] | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """Settle the settings. An empty argument or variable counts as none.

    Args:
        network: mainnet, devnet, localnet, one of the file's, or the URL of an endpoint; NOSANA_NETWORK.
        rpc_url: http(s) endpoint; NOSANA_RPC_URL.
        ws_url: ws(s) endpoint; NOSANA_WS_URL. Without one it is derived from the RPC endpoint.
        wallet: path of a key file; NOSANA_WALLET may hold the key itself too.
        fee_payer: path of the key file of who pays transaction fees in the wallet's place; NOSANA_FEE_PAYER may hold
            the key itself too.
        allow_shared_key: accept a key file that other users may read; NOSANA_ALLOW_SHARED_KEY.
        output: table, json, jsonl or csv; NOSANA_OUTPUT.
        config_path: the file to read in place of the user's own; it must exist.
        environ: where variables are read.

    Raises:
        ConfigError: an unknown name or key, no endpoint for the network, or a file that can't be read. Endpoints
            and keys are never repeated, since they may be secret; nor do local variables of the traceback show them.
    """
    variables = Environment(environ)
    texts = [_hidden(argument) for argument in (network, rpc_url, ws_url, wallet, fee_payer, output)]
    del network, rpc_url, ws_url, wallet, fee_payer, output, environ
    known = [text for text in texts if text is not None]
    if len(known) < len(texts):
        raise ConfigError("network, rpc_url, ws_url and output must be texts, fee_payer and wallet a text or a Path")
    file = read_config_file(config_path, default=user_file(variables))
    return _settled(_Given(*known), file, variables, allow_shared_key=allow_shared_key)


@dataclass(frozen=True, slots=True)
class _Given:
    """The arguments; empty where there is none."""

    network: SecretText
    rpc_url: SecretText
    ws_url: SecretText
    wallet: SecretText
    fee_payer: SecretText
    output: SecretText


def _hidden(given: object) -> SecretText | None:
    """The argument as text, empty where it isn't given; None for what is no text."""
    if isinstance(given, os.PathLike):
        return SecretText(os.fspath(given))
    return SecretText(given or "") if isinstance(given, str) or not given else None


def _settled(given: _Given, file: ConfigFile, variables: Environment, *, allow_shared_key: bool | None) -> Settings:
    named, named_by = _named_network(given, file, variables)
    by_url = "://" in named
    if by_url and given.network and given.rpc_url:
        raise ConfigError("the network is given as a URL, and so is rpc_url; give one of them")
    # a given RPC endpoint is never paired with the variable's WebSocket endpoint: they may be different clusters
    alone = given.rpc_url or by_url
    ws = given.ws_url or (SecretText() if alone else variables.text("NOSANA_WS_URL"))
    rpc = given.rpc_url or (named if by_url else variables.text("NOSANA_RPC_URL"))
    base = replace(LOCALNET, name="custom") if by_url else network_named(named, {**NETWORKS, **_networks_of(file)})
    network = _reachable(base, rpc, ws, file.path)
    setting, origin, wallet_by = _key(given.wallet, "wallet", file, variables) or _default_wallet(variables)
    fee_payer, fee_payer_origin, payer_by = _key(given.fee_payer, "fee_payer", file, variables) or (None, "", "default")
    shared, shared_by = _allow_shared_key(allow_shared_key, file, variables)
    output, output_by = _output(given.output, file, variables)
    rpc_by = _endpoint_origin(given, file, variables, base, by_url=by_url, named_by=named_by)
    return Settings(
        network=network,
        wallet=setting,
        wallet_origin=origin,
        fee_payer=fee_payer,
        fee_payer_origin=fee_payer_origin,
        allow_shared_key=shared,
        output=output,
        by_url=by_url,
        origins=MappingProxyType(
            {
                "network": named_by,
                "rpc_url": rpc_by,
                "wallet": wallet_by,
                "fee_payer": payer_by,
                "allow_shared_key": shared_by,
                "output": output_by,
            }
        ),
    )


_BY_ARGUMENT, _BY_DEFAULT = "argument", "default"


def _named_network(given: _Given, file: ConfigFile, variables: Environment) -> tuple[SecretText, str]:
    sources = (
        (given.network, _BY_ARGUMENT),
        (variables.text("NOSANA_NETWORK"), "NOSANA_NETWORK"),
        (file.text(file.values, "network"), _in(file, "network")),
    )
    return next(((text, by) for text, by in sources if text), (SecretText(DEFAULT_NETWORK), _BY_DEFAULT))


def _endpoint_origin(
    given: _Given, file: ConfigFile, variables: Environment, base: Network, *, by_url: bool, named_by: str
) -> str:
    if given.rpc_url:
        return _BY_ARGUMENT
    if by_url:
        return named_by
    if variables.text("NOSANA_RPC_URL"):
        return "NOSANA_RPC_URL"
    in_file = "rpc_url" in file.values.get("networks", {}).get(base.name, {})
    return _in(file, f"networks.{base.name}.rpc_url") if in_file else _BY_DEFAULT


def _in(file: ConfigFile, key: str) -> str:
    return f"{key} in {str(file.path)!r}"


def _output(given: SecretText, file: ConfigFile, variables: Environment) -> tuple[str | None, str]:
    sources = (
        (given, _BY_ARGUMENT),
        (variables.text("NOSANA_OUTPUT"), "NOSANA_OUTPUT"),
        (file.text(file.values, "output"), _in(file, "output")),
    )
    for text, by in sources:
        if text and text not in OUTPUTS:
            raise ConfigError(f"there is no such output ({by}); the known ones are {', '.join(OUTPUTS)}")
        if text:
            return str(text), by
    return None, _BY_DEFAULT


def _allow_shared_key(given: bool | None, file: ConfigFile, variables: Environment) -> tuple[bool, str]:  # noqa: FBT001  its three states
    if given is not None:
        return given, _BY_ARGUMENT
    if variables.text("NOSANA_ALLOW_SHARED_KEY"):
        return variables.switch("NOSANA_ALLOW_SHARED_KEY"), "NOSANA_ALLOW_SHARED_KEY"
    found = file.switch("allow_shared_key")
    return bool(found), _BY_DEFAULT if found is None else _in(file, "allow_shared_key")


def user_file(variables: Environment) -> Path:
    """Where the user's configuration file is, whether there is one or not."""
    base = variables.text("XDG_CONFIG_HOME")
    # the XDG specification: a relative path is to be ignored
    folder = base if os.path.isabs(base) else _expand("~/.config", variables)  # noqa: PTH117  no Path of it is needed
    return Path(folder) / "nosana-chain" / "config.toml"


def _expand(path: str, variables: Environment) -> str:
    """`~` by the given HOME, by the user database without one."""
    home = variables.text("HOME")
    if home and path.startswith("~/"):
        return home + path[1:]
    return os.path.expanduser(path)  # noqa: PTH111  Path.expanduser raises where there is no home


def _networks_of(file: ConfigFile) -> dict[str, Network]:
    tables = file.values.get("networks", {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise file.fail("networks must be tables, such as [networks.mainnet]")
    return {name: _network_of(file, name, table) for name, table in tables.items()}


def _network_of(file: ConfigFile, name: str, table: Mapping[str, Any]) -> Network:
    where = f"networks.{name}."
    file.check_keys(tuple(table), _NETWORK_KEYS, where)
    like, rpc, ws = (file.text(table, key, where) for key in _NETWORK_TEXTS)
    more = file.texts(table, "more_rpc_urls", where)
    if (like is None) != (name in NETWORKS):
        raise file.fail(f"{where}like must name the network whose addresses a network of your own has, and only there")
    base = network_named(like or name)
    if like:
        base = replace(base, name=name, genesis_hash=None, rpc_url=None, ws_url=None)
    if ws and not rpc:
        raise file.fail(f"{where}ws_url needs an rpc_url beside it")
    if more and not (rpc or base.rpc_url):
        raise file.fail(f"{where}more_rpc_urls needs an rpc_url beside it")
    at = _at(base, rpc, ws)
    return at.at(str(at.rpc_url), at.ws_url, more=more) if more else at


def _reachable(network: Network, rpc_url: SecretText, ws_url: SecretText, path: Path) -> Network:
    if not rpc_url and network.name == LOCALNET.name:
        rpc_url = SecretText(network.rpc_url or LOCAL_RPC_URL)
    if not rpc_url and not network.rpc_url:
        raise ConfigError(
            f"{network.name} needs an RPC endpoint of yours: give rpc_url, set NOSANA_RPC_URL, or put rpc_url under "
            f"[networks.{network.name}] in {str(path)!r}",
            network=network.name,
        )
    return _at(network, rpc_url, ws_url)


def _at(network: Network, rpc_url: SecretText | None, ws_url: SecretText | None) -> Network:
    """The network through these endpoints; one that isn't given stays, but never beside a new RPC endpoint."""
    if not rpc_url:
        return network.at(network.rpc_url or "", ws_url, more=network.more_rpc_urls) if ws_url else network
    derived = _websocket_of(rpc_url)
    if derived is None:
        raise ConfigError("an endpoint is not a URL: its host or port can't be read")
    return network.at(rpc_url, ws_url or derived)


def _websocket_of(rpc_url: str) -> SecretText | None:
    """The WebSocket endpoint beside an RPC endpoint, as the Solana CLI derives it: a named port counts one up.

    None where the endpoint is no URL.
    """
    try:
        parts = urlsplit(rpc_url)
        host = f"{parts.netloc.rpartition(':')[0]}:{parts.port + 1}" if parts.port else parts.netloc
    except ValueError:
        return None
    scheme = _WEBSOCKET_SCHEMES.get(parts.scheme, parts.scheme)
    return SecretText(urlunsplit((scheme, host, parts.path, parts.query, "")))


def _key(
    argument: SecretText, name: str, file: ConfigFile, variables: Environment
) -> tuple[SecretText, str, str] | None:
    """The setting of a key, what to call it, and where it comes from; None where there is none.

    A path is made absolute, so that it can't be taken for a key.
    """
    if argument:
        return SecretText(Path(_expand(argument, variables)).absolute()), f"the {name} given", _BY_ARGUMENT
    variable = f"NOSANA_{name.upper()}"
    if value := variables.text(variable):
        return value, variable, variable
    named = file.text(file.values, name)
    if named:
        origin = _in(file, name)
        return SecretText(file.path.absolute().parent / _expand(named, variables)), origin, origin
    return None


def _default_wallet(variables: Environment) -> tuple[SecretText, str, str]:
    """What the Solana CLI signs with, or else where solana-keygen writes."""
    place = Path(_expand(SOLANA_CLI_CONFIG, variables))
    named = keypair_path(place)
    if named:
        origin = f"keypair_path in {str(place)!r}"
        return SecretText(_expand(named, variables)), origin, origin
    return SecretText(_expand(DEFAULT_WALLET, variables)), "the default wallet", _BY_DEFAULT
