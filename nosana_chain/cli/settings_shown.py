"""Settings for their user's eyes: nothing of a key or a token; and the ones that can be set."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from nosana_chain.cli.config_edit import change_setting
from nosana_chain.config import OUTPUTS, Settings, user_file
from nosana_chain.config_file import ConfigFile, read_config_file
from nosana_chain.environment import Environment
from nosana_chain.errors import ConfigError
from nosana_chain.networks import NETWORKS, network_named
from nosana_chain.wire.endpoint_url import EndpointUrl

_HIDDEN = "(hidden)"
_KEY_LIKE = re.compile(r"[0-9A-Za-z]{32}|[\[,\s]")  # in a path that isn't there: it may be a key
_SWITCH = {"true": True, "false": False}
_TOP = ("network", "wallet", "fee_payer", "allow_shared_key", "output")
_OF_NETWORK = ("rpc_url", "ws_url", "like")
_SCHEMES = {"rpc_url": ("http://", "https://"), "ws_url": ("ws://", "wss://")}


@dataclass(frozen=True, slots=True)
class Shown:
    """A setting.

    Attributes:
        setting: its name.
        value: without what may be secret; None where there is none.
        origin: where it comes from.
    """

    setting: str
    value: str | None
    origin: str


def settings_shown(settings: Settings) -> Iterator[Shown]:
    """Every setting of a run."""
    origins = settings.origins
    name = None if settings.by_url else settings.network.name
    yield Shown("network", name or "(whichever the URL serves)", origins["network"])
    yield Shown("rpc_url", _endpoint(settings.network.rpc_url), origins["rpc_url"])
    yield Shown("ws_url", _endpoint(settings.network.ws_url), "beside rpc_url")
    yield Shown("wallet", _key_place(settings.wallet), origins["wallet"])
    yield Shown("fee_payer", _key_place(settings.fee_payer), origins["fee_payer"])
    yield Shown("allow_shared_key", "true" if settings.allow_shared_key else "false", origins["allow_shared_key"])
    yield Shown("output", settings.output, origins["output"])


def set_setting(name: str, value: str | None) -> Path:
    """Write a setting of the user's file, or take it out (None); where the file is.

    Raises:
        ConfigError: there is no such setting, the value can't be one, or the file can't be changed.
    """
    place = user_file(Environment(os.environ))
    file = read_config_file(None, default=place)
    *table, key = name.split(".")
    _require_known(file, tuple(table), key)
    plain = None if value is None else _plain(file, key, value)
    change_setting(place, table=tuple(table), key=key, value=plain)
    return place


def _require_known(file: ConfigFile, table: tuple[str, ...], key: str) -> None:
    if not table:
        file.check_keys((key,), _TOP)
        return
    in_network = len(table) == 2 and table[0] == "networks" and re.fullmatch(r"[\w-]{1,40}", table[1])  # noqa: PLR2004
    if not in_network:
        raise ConfigError(f"there is no such setting; the known ones are {', '.join(_TOP)}, networks.NAME.rpc_url, ...")
    file.check_keys((key,), _OF_NETWORK, f"networks.{table[1]}.")


def _plain(file: ConfigFile, key: str, value: str) -> str | bool:
    if key == "allow_shared_key":
        if value not in _SWITCH:
            raise ConfigError("allow_shared_key is true or false")
        return _SWITCH[value]
    if key == "output" and value not in OUTPUTS:
        raise ConfigError(f"output is one of {', '.join(OUTPUTS)}")
    if key in _SCHEMES and not value.startswith(_SCHEMES[key]):
        raise ConfigError(f"{key} must begin with {' or '.join(_SCHEMES[key])}")
    if key == "network" and "://" not in value:
        network_named(value, {**NETWORKS, **dict.fromkeys(file.values.get("networks", {}), NETWORKS["devnet"])})
    if key == "like":
        network_named(value)
    if key in ("wallet", "fee_payer"):
        return _existing_file(key, value)
    return value


def _existing_file(key: str, value: str) -> str:
    """A key never goes into the file: a path does, made absolute."""
    place = Path(os.path.expanduser(value)).absolute()  # noqa: PTH111  Path.expanduser raises where there is no home
    if not os.path.lexists(place):
        raise ConfigError(f"{key} must be the path of a key file that is there; a key itself is never written down")
    return str(place)


def _endpoint(url: str | None) -> str | None:
    if url is None:
        return None
    is_socket = url.startswith("ws")
    shown = EndpointUrl(f"http{url[2:]}" if is_socket else url).shown
    return f"ws{shown[4:]}" if is_socket else shown


def _key_place(setting: str | None) -> str | None:
    if setting is None:
        return None
    path = str(setting)
    is_path = path.startswith("/") and (os.path.lexists(path) or not _KEY_LIKE.search(path))
    return path if is_path else _HIDDEN
