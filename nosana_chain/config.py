"""Settings: which cluster, through which endpoint, with which wallet.

Each comes from the first of these that names it: an argument, the environment, the user's configuration file, the
default. The default network is devnet, where a mistake costs no money; the default wallet is the Solana CLI's.

The file is `$XDG_CONFIG_HOME/nosana-chain/config.toml` (XDG_CONFIG_HOME is ~/.config where it isn't set):

    network = "mainnet"
    wallet = "~/keys/nosana.json"       # a path; relative ones start at the file's folder

    [networks.mainnet]
    rpc_url = "https://rpc.example/TOKEN"
    ws_url = "wss://rpc.example/TOKEN"  # may be left out: derived from rpc_url
    more_rpc_urls = ["https://other.example"]  # of the same cluster, for when rpc_url fails

    [networks.fork]                     # a cluster of one's own, with the addresses of another
    like = "mainnet"
    rpc_url = "http://127.0.0.1:8899"
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from nosana_chain.errors import ConfigError
from nosana_chain.files import open_regular
from nosana_chain.networks import NETWORKS, Network, network_named

DEFAULT_NETWORK = "devnet"
DEFAULT_WALLET = "~/.config/solana/id.json"  # where solana-keygen writes
MAX_CONFIG_BYTES = 64 * 1024

_FILE_KEYS = ("network", "wallet", "networks")
_NETWORK_TEXTS = ("like", "rpc_url", "ws_url")
_NETWORK_KEYS = (*_NETWORK_TEXTS, "more_rpc_urls")
_WEBSOCKET_SCHEMES = {"http": "ws", "https": "wss"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a client starts from.

    Attributes:
        network: the cluster, with `rpc_url` and `ws_url` set.
        wallet: for `Wallet.from_setting`: a path, or (from NOSANA_WALLET alone) a secret key. Never in a repr.
        wallet_origin: what errors call the wallet's setting.
    """

    network: Network
    wallet: str = field(repr=False)
    wallet_origin: str


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    values: Mapping[str, Any]

    def fail(self, reason: str) -> ConfigError:
        return ConfigError(f"{str(self.path)!r}: {reason}", path=str(self.path))

    def check_keys(self, found: Iterable[str], known: tuple[str, ...], where: str = "") -> None:
        for key in found:
            if key not in known:
                near = get_close_matches(key, known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"the known ones are {', '.join(known)}"
                raise self.fail(f"there is no setting {where + key!r}; {hint}")

    def text(self, values: Mapping[str, Any], key: str, where: str = "") -> str | None:
        value = values.get(key)
        if value is not None and not (isinstance(value, str) and value.strip()):
            raise self.fail(f"{where}{key} must be text, in quotes")  # the value may be a secret
        return value

    def texts(self, values: Mapping[str, Any], key: str, where: str = "") -> list[str]:
        found = values.get(key, [])
        if not (isinstance(found, list) and all(isinstance(each, str) and each.strip() for each in found)):
            raise self.fail(f"{where}{key} must be a list of texts, in quotes")  # they may be secrets
        return found


def load_settings(
    *,
    network: str | None = None,
    rpc_url: str | None = None,
    ws_url: str | None = None,
    wallet: str | os.PathLike[str] | None = None,
    config_path: str | os.PathLike[str] | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """Settle the settings. An empty argument or variable counts as none.

    Args:
        network: mainnet, devnet, localnet, or one of the file's; NOSANA_NETWORK.
        rpc_url: http(s) endpoint; NOSANA_RPC_URL.
        ws_url: ws(s) endpoint; NOSANA_WS_URL. Without one it is derived from the RPC endpoint.
        wallet: path of a key file; NOSANA_WALLET may hold the key itself too.
        config_path: the file to read in place of the user's own; it must exist.
        environ: where variables are read.

    Raises:
        ConfigError: an unknown name or key, no endpoint for the network, or a file that can't be read. Endpoints
            and keys are never repeated, since they may be secret.
    """
    file = _read_file(config_path, environ)
    known = {**NETWORKS, **_networks_of(file)}
    name = network or _variable(environ, "NOSANA_NETWORK") or file.text(file.values, "network") or DEFAULT_NETWORK
    # a given RPC endpoint is never paired with the variable's WebSocket endpoint: they may be different clusters
    ws = ws_url or ("" if rpc_url else _variable(environ, "NOSANA_WS_URL"))
    rpc = rpc_url or _variable(environ, "NOSANA_RPC_URL")
    setting, origin = _wallet(wallet, file, environ)
    return Settings(
        network=_reachable(network_named(name, known), rpc, ws, file.path), wallet=setting, wallet_origin=origin
    )


def _variable(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name, "").strip()


def _read_file(path: str | os.PathLike[str] | None, environ: Mapping[str, str]) -> _File:
    place = Path(path) if path else _user_file(environ)
    try:
        with open_regular(place) as file:
            content = file.read(MAX_CONFIG_BYTES + 1)
    except FileNotFoundError:
        if path is None:
            return _File(place, {})
        raise ConfigError(f"there is no configuration file {str(place)!r}", path=str(place)) from None
    except OSError as error:
        raise ConfigError(f"can't read {str(place)!r}: {error.strerror}", path=str(place)) from error
    return _checked(place, content)


def _user_file(environ: Mapping[str, str]) -> Path:
    base = environ.get("XDG_CONFIG_HOME", "")
    # the XDG specification: a relative path is to be ignored
    folder = base if os.path.isabs(base) else _expand("~/.config", environ)  # noqa: PTH117  no Path of it is needed
    return Path(folder) / "nosana-chain" / "config.toml"


def _expand(path: str, environ: Mapping[str, str]) -> str:
    """`~` by the given HOME, by the user database without one."""
    home = environ.get("HOME")
    if home and path.startswith("~/"):
        return home + path[1:]
    return os.path.expanduser(path)  # noqa: PTH111  Path.expanduser raises where there is no home


def _checked(path: Path, content: bytes) -> _File:
    file = _File(path, {})
    if len(content) > MAX_CONFIG_BYTES:
        raise file.fail(f"is larger than {MAX_CONFIG_BYTES} bytes: no configuration file")
    try:
        file = _File(path, tomllib.loads(content.decode()))
    except UnicodeDecodeError:
        raise file.fail("is not UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise file.fail(f"is not TOML: {error}") from None
    file.check_keys(file.values, _FILE_KEYS)
    return file


def _networks_of(file: _File) -> dict[str, Network]:
    tables = file.values.get("networks", {})
    if not isinstance(tables, dict) or not all(isinstance(table, dict) for table in tables.values()):
        raise file.fail("networks must be tables, such as [networks.mainnet]")
    return {name: _network_of(file, name, table) for name, table in tables.items()}


def _network_of(file: _File, name: str, table: Mapping[str, Any]) -> Network:
    where = f"networks.{name}."
    file.check_keys(table, _NETWORK_KEYS, where)
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


def _reachable(network: Network, rpc_url: str, ws_url: str, path: Path) -> Network:
    if not rpc_url and not network.rpc_url:
        raise ConfigError(
            f"{network.name} needs an RPC endpoint of yours: give rpc_url, set NOSANA_RPC_URL, or put rpc_url under "
            f"[networks.{network.name}] in {str(path)!r}",
            network=network.name,
        )
    return _at(network, rpc_url, ws_url)


def _at(network: Network, rpc_url: str | None, ws_url: str | None) -> Network:
    """The network through these endpoints; one that isn't given stays, but never beside a new RPC endpoint."""
    if rpc_url:
        return network.at(rpc_url, ws_url or _websocket_of(rpc_url))
    return network.at(str(network.rpc_url), ws_url, more=network.more_rpc_urls) if ws_url else network


def _websocket_of(rpc_url: str) -> str:
    """The WebSocket endpoint beside an RPC endpoint, as the Solana CLI derives it: a named port counts one up."""
    try:
        parts = urlsplit(rpc_url)
        host = f"{parts.netloc.rpartition(':')[0]}:{parts.port + 1}" if parts.port else parts.netloc
    except ValueError:
        raise ConfigError("an endpoint is not a URL: its host or port can't be read") from None
    return urlunsplit((_WEBSOCKET_SCHEMES.get(parts.scheme, parts.scheme), host, parts.path, parts.query, ""))


def _wallet(argument: str | os.PathLike[str] | None, file: _File, environ: Mapping[str, str]) -> tuple[str, str]:
    """The wallet's setting and what to call it. A path is made absolute, so that it can't be taken for a key."""
    if argument:
        return str(Path(_expand(os.fspath(argument), environ)).absolute()), "the wallet given"
    if value := _variable(environ, "NOSANA_WALLET"):
        return value, "NOSANA_WALLET"
    named = file.text(file.values, "wallet")
    if named:
        return str(file.path.absolute().parent / _expand(named, environ)), f"wallet in {str(file.path)!r}"
    return _expand(DEFAULT_WALLET, environ), "the default wallet"
