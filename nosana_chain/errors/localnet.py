"""The local network."""

from __future__ import annotations

from nosana_chain.errors.base import NosanaError


class LocalnetError(NosanaError):
    """The local network could not be started, or stopped by itself."""

    code = "localnet"


class MissingDependencyError(LocalnetError):
    """Something that the local network runs on isn't installed (Node.js, Surfpool)."""

    code = "localnet.missing_dependency"


class UnsupportedByValidatorError(LocalnetError):
    """The validator of this local network can't do that; another one can."""

    code = "localnet.unsupported"


class PortInUseError(LocalnetError):
    """A port that the local network was told to use is taken."""

    code = "localnet.port_in_use"
    port: int
